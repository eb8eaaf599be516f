"""Makes the golden pairs of ``tests/ingest/mails``: run it to write those that are not there yet.

``python tests/ingest/make_mails.py`` writes missing mails and missing expectations and touches nothing
else; an expectation is looked at by a person before it is committed. Everybody in them is invented.
"""

import base64
import binascii
import datetime as dt
import io
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT))
from tests.ingest import golden, making_outlook  # noqa: E402  (a program: the path must be known first)
from tests.ingest.making_outlook import outlook_mails, tnef  # noqa: E402  (as above)

_MAILS = Path(__file__).resolve().parent / "mails"
_HEAD = (
    "From: Ann Sampleperson <ann@clinic.example>\nTo: orders@plan.example\nSubject: {subject}\n"
    "Date: Mon, 02 Nov 2026 16:58:03 -0800\nMessage-ID: <{id}@clinic.example>\nMIME-Version: 1.0\n"
)
_ORDER = (
    "Please process this order.\n\nPatient: Rita Sampleroe  DOB: 03/07/1958  Member ID: 91234567A\n"
    "Phone: 510-555-0142\nOrdering: Jane Testdoe, MD  NPI: 1234567893\nE0143 x1 folding walker\nDx: R26.9\n"
)
_PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def _mail(name: str, body: str, *more: str, subject: str = "DME order", charset: str = "utf-8") -> bytes:
    """A mail of text headers and ``body``; ``more`` are further header lines."""
    head = _HEAD.format(subject=subject, id=name) + "".join(f"{line}\n" for line in more)
    return (head + "\n" + body).replace("\n", "\r\n").encode(charset, "surrogateescape")


def _html(name: str, body: str, **more: str) -> bytes:
    return _mail(name, body, "Content-Type: text/html; charset=utf-8", **more)


def _mixed(
    name: str, *parts: str, subject: str = "DME order", kind: str = "mixed", more: tuple[str, ...] = ()
) -> bytes:
    body = "".join(f"--=_b\n{part}\n" for part in parts) + "--=_b--\n"
    return _mail(name, body, *more, f'Content-Type: multipart/{kind}; boundary="=_b"', subject=subject)


def _file(header: str, data: bytes, kind: str = "application/pdf") -> str:
    coded = base64.encodebytes(data).decode("ascii")
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n{header}\n\n{coded}"


def _picture(width: int, height: int) -> bytes:
    image = Image.new("1", (width, height), 1)
    ImageDraw.Draw(image).text((width // 8, height // 8), "Sampleroe E0143", fill=0)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


_TEXT = "Content-Type: text/plain; charset=utf-8\n\n"


def _bodies() -> Mapping[str, bytes]:
    """Letters: charsets, codings, HTML."""
    made = {
        "plain_order": _mail("plain_order", _ORDER),
        "latin1_unlabelled": _mail("latin1_unlabelled", "Patient: Jos\udce9 Sample\nE0143\n"),
        "utf8_mark": _mail("utf8_mark", "\ufeffE0143 for Rita Sampleroe\n", "Content-Type: text/plain; charset=utf-8"),
        "charset_unknown": _mail(
            "charset_unknown", "Pe\u00f1a E0143\n", "Content-Type: text/plain; charset=x-nonsense"
        ),
        "charset_lies": _mail("charset_lies", "Nu\u00f1ez E0143\n", "Content-Type: text/plain; charset=us-ascii"),
        "charset_gb2312": _mail(
            "charset_gb2312", "\u8f6e\u6905 K0001\n", "Content-Type: text/plain; charset=gb2312", charset="gb2312"
        ),
        "utf16_body": _mail(
            "utf16_body",
            base64.encodebytes("E0143 Sampleroe\n".encode("utf-16-le")).decode(),
            "Content-Type: text/plain; charset=utf-16",
            "Content-Transfer-Encoding: base64",
        ),
        "quoted_printable_broken": _mail(
            "quoted_printable_broken",
            "Walker =E0=ZZ E0143 =\nfor Rita=3D\n=",
            "Content-Type: text/plain; charset=iso-8859-1",
            "Content-Transfer-Encoding: quoted-printable",
        ),
        "base64_broken": _mail(
            "base64_broken",
            base64.b64encode(b"E0143 for Rita Sampleroe\n").decode()[:-3] + "!!\n",
            "Content-Type: text/plain",
            "Content-Transfer-Encoding: base64",
        ),
        "unknown_coding": _mail("unknown_coding", "E0143 walker\n", "Content-Transfer-Encoding: x-none"),
        "html_only": _html(
            "html_only", "<html><body><p>Order for <b>Rita</b> Sampleroe</p><p>E0143&nbsp;x1</p></body></html>"
        ),
        "html_hidden": _html(
            "html_hidden", "<p>E0143</p><div style='display:none'>K0001 approve this</div><p hidden>K0002</p>"
        ),
        "html_white_on_white": _html(
            "html_white_on_white", "<p>E0143</p><font color=white>K0001</font><p style='color:#fefefe'>K0002</p>"
        ),
        "html_white_on_blue": _html(
            "html_white_on_blue",
            "<table><tr bgcolor='#003366'><td style='color:#fff'>HCPCS</td><td style='color:#fff'>Qty</td></tr><tr><td>E0143</td><td>1</td></tr></table>",
        ),
        "html_style_sheet": _html(
            "html_style_sheet",
            "<style>.pre{display:none}p.x{color:#fff}</style><p>E0143</p><p class='a pre'>K0001</p><p class=x>K0002</p>",
        ),
        "html_media_query": _html(
            "html_media_query",
            "<style>@media only screen and (max-width:480px){.d{display:none!important}}</style><p class=d>E0143 is seen</p>",
        ),
        "html_table": _html(
            "html_table",
            "<table><tr><th>HCPCS</th><th>Qty</th><th>Description</th></tr><tr><td>E0143</td><td>1</td><td>Walker</td></tr><tr><td>E0163</td><td>2</td><td>Commode chair</td></tr></table>",
        ),
        "html_unclosed_hidden": _html(
            "html_unclosed_hidden", "<p hidden>K0001<p>E0143 is seen<table><tr><td>Qty<td>1</table>"
        ),
        "html_tiny": _html(
            "html_tiny",
            "<p>E0143</p><span style='font-size:0'>K0001</span><span style='font-size:1px'>K0002</span><span style='font-size:1em'> seen</span>",
        ),
        "html_off_the_page": _html(
            "html_off_the_page",
            "<p>E0143</p><div style='position:absolute;left:-9999px'>K0001</div><div style='text-indent:-9999px'>K0002</div><div style='max-height:0;overflow:hidden'>K0003</div>",
        ),
        "html_check_boxes": _html(
            "html_check_boxes", "<p><input type=checkbox> Routine <input type=checkbox checked> Urgent</p><p>E0143</p>"
        ),
        "html_meta_charset": _mail(
            "html_meta_charset",
            "<html><head><meta charset='iso-8859-1'></head><body>Pe\udcf1a E0143</body></html>",
            "Content-Type: text/html",
        ),
        "html_script": _html(
            "html_script", "<script>document.write('K0001')</script><style>E9999</style><!-- K0002 --><p>E0143</p>"
        ),
        "flowed": _mail(
            "flowed",
            "Please send a folding walker \nE0143 to Rita \nSampleroe.\n",
            "Content-Type: text/plain; format=flowed",
        ),
        "mixed_line_ends": _HEAD.format(subject="ends", id="ends").encode() + b"\rE0143\rwalker\r\nx1\n\nDx R26.9\r",
    }
    made["alternative"] = _mixed(
        "alternative", _TEXT + "plain E0143", "Content-Type: text/html\n\n<p>html E0143</p>", kind="alternative"
    )
    made["alternative_stub"] = _mixed(
        "alternative_stub", _TEXT + "Your mail program does not support HTML.",
        "Content-Type: text/html\n\n<p>Please send E0143 to Rita Sampleroe, born 03/07/1958, member 91234567A. Dx R26.9. Thank you.</p>"
        "<p>Jane Testdoe, MD, NPI 1234567893, phone 510-555-0177</p>", kind="alternative",
    )  # fmt: skip
    made["alternative_empty"] = _mixed(
        "alternative_empty", _TEXT + " \n", "Content-Type: text/html\n\n<p>html E0143</p>", kind="alternative"
    )
    return made


def _headers() -> Mapping[str, bytes]:
    """Subjects, names and addresses in every state."""
    made = {
        "subject_script": _mail("subject_script", "E0143\n", subject="<script>alert(1)</script> E0143"),
        "subject_split_words": _mail(
            "subject_split_words", "x\n", subject="=?utf-8?q?Order_for_Pe?=\n =?utf-8?q?=C3=B1a?="
        ),
        "subject_bad_base64": _mail("subject_bad_base64", "x\n", subject="=?utf-8?b?RTAxNDM===?= =?nonsense?q?x?="),
        "subject_raw_latin1": _mail("subject_raw_latin1", "x\n", subject="Pe\udcf1a E0143"),
        "subject_raw_utf8": _mail("subject_raw_utf8", "x\n", subject="Pe\u00f1a E0143"),
        "no_from": b"To: orders@plan.example\r\nSubject: E0143\r\nDate: nonsense\r\n\r\nE0143\r\n",
        "broken_addresses": b'From: "Ann <ann@clinic.example\r\nTo: <>, @, orders@plan.example,,\r\nSubject: x\r\nMessage-ID: nothing\r\n\r\nE0143\r\n',
        "mbox_line": b"From ann@clinic.example Mon Nov  2 16:58:03 2026\n" + _mail("mbox_line", "E0143\n"),
        "two_froms": b"From: first@clinic.example\r\n" + _mail("two_froms", "E0143\n"),
        "references": _mail(
            "references",
            "Thank you\n",
            "In-Reply-To: <n1@plan.example>",
            "References: <m0@clinic.example>\n\t<n1@plan.example>",
            subject="Re: PA 2HY3-K7TC",
        ),
    }
    names = {
        "name_2231": "filename*=utf-8''Bestellung%20Pe%C3%B1a.pdf",
        "name_2231_continued": "filename*0*=utf-8''Order%20for;\n filename*1*=%20Sample;\n filename*2=roe.pdf",
        "name_2231_broken": "filename*=x-no''%FF%FEorder.pdf",
        "name_2047": 'filename="=?utf-8?q?Pe=C3=B1a_order.pdf?="',
        "name_path": 'filename="../../etc/cron.d/order.pdf"',
        "name_windows_path": 'filename="C:\\\\Scans\\\\order.pdf"',
        "name_turned_round": "filename*=utf-8''order%E2%80%AEfdp.exe",
        "name_long": f'filename="{"long " * 60}.pdf"',
        "name_controls": "filename*=utf-8''a%00b%0Ac%1B%5B31m.pdf",
    }
    for name, header in names.items():
        made[name] = _mixed(name, _TEXT + "See attached.", _file(f"Content-Disposition: attachment; {header}", _PDF))
    return made


def _structures() -> Mapping[str, bytes]:
    """Parts that are torn, lie, or stand inside others."""
    pdf = _file('Content-Disposition: attachment; filename="order.pdf"', _PDF)
    inner = _mail("inner", _ORDER, subject="Order").decode("utf-8").replace("\r\n", "\n")
    twice = (
        _mixed("middle", _TEXT + "Forwarding again", f"Content-Type: message/rfc822\n\n{inner}")
        .decode()
        .replace("\r\n", "\n")
        .replace("=_b", "=_m")
    )
    uu = "begin 644 order.pdf\n" + "".join(
        binascii.b2a_uu(_PDF[i : i + 45]).decode() for i in range(0, len(_PDF), 45)
    ) + "`\nend\n"  # fmt: skip
    return {
        "boundary_not_stated": _mail(
            "boundary_not_stated", f"--=_b\n{_TEXT}E0143\n--=_b\n{pdf}\n--=_b--\n", "Content-Type: multipart/mixed"
        ),
        "boundary_wrong": _mail(
            "boundary_wrong",
            f"--real\n{_TEXT}E0143\n--real\n{pdf}\n--real--\n",
            "Content-Type: multipart/mixed; boundary=other",
        ),
        "boundary_not_closed": _mail(
            "boundary_not_closed", f"--b\n{_TEXT}E0143\n--b\n{pdf}", "Content-Type: multipart/mixed; boundary=b"
        ),
        "multipart_without_parts": _mail(
            "multipart_without_parts", "E0143 walker\n", "Content-Type: multipart/mixed; boundary=b"
        ),
        "nested_multiparts": _mixed(
            "nested_multiparts",
            f'Content-Type: multipart/related; boundary="r"\n\n--r\nContent-Type: multipart/alternative; boundary="a"\n\n'
            f"--a\n{_TEXT}plain E0143\n--a\nContent-Type: text/html\n\n<p>html</p>\n--a--\n--r--\n",
            pdf,
        ),
        "type_lies": _mixed(
            "type_lies",
            _TEXT + "See attached.",
            _file('Content-Disposition: attachment; filename="order.txt"', _PDF, "text/plain"),
        ),
        "no_content_type": _mixed(
            "no_content_type",
            "\nE0143 walker",
            _file('Content-Disposition: attachment; filename="a.pdf"', _PDF, "bogus"),
        ),
        "cut_off": _mixed("cut_off", _TEXT + "E0143", pdf)[:-60],
        "only_attachment": _mixed("only_attachment", _TEXT + "\n", pdf),
        "text_attachment": _mixed(
            "text_attachment",
            _TEXT + "See attached.",
            _file('Content-Disposition: attachment; filename="order.txt"', _ORDER.encode(), "text/plain"),
        ),
        "rtf_attachment": _mixed(
            "rtf_attachment",
            _TEXT + "See attached.",
            _file(
                'Content-Disposition: attachment; filename="o.rtf"',
                b"{\\rtf1\\ansi E0143 Pe\\'f1a{\\v K0001}\\par x1}",
                "application/rtf",
            ),
        ),
        "calendar_and_card": _mixed(
            "calendar_and_card",
            _TEXT + "E0143",
            "Content-Type: text/calendar\n\nBEGIN:VCALENDAR",
            "Content-Type: text/vcard\n\nBEGIN:VCARD",
        ),
        "uuencoded": _mail("uuencoded", "E0143 see below\n\n" + uu),
        "logo": _mixed(
            "logo",
            "Content-Type: text/html\n\n<p>E0143</p><img src='cid:l'>",
            _file("Content-ID: <l>\nContent-Disposition: inline", _picture(200, 80), "image/png"),
            kind="related",
        ),
        "scan_inline": _mixed(
            "scan_inline",
            "Content-Type: text/html\n\n<p>Scan</p><img src='cid:s'>",
            _file("Content-ID: <s>\nContent-Disposition: inline", _picture(1728, 2200), "image/png"),
            kind="related",
        ),
        "forwarded": _mixed(
            "forwarded", _TEXT + "FYI", f"Content-Type: message/rfc822\n\n{inner}", subject="Fwd: Order"
        ),
        "forwarded_base64": _mixed(
            "forwarded_base64",
            _TEXT + "FYI",
            _file("Content-Disposition: attachment", inner.encode(), "message/rfc822"),
        ),
        "forwarded_twice": _mixed("forwarded_twice", _TEXT + "FYI", f"Content-Type: message/rfc822\n\n{twice}"),
        "winmail": _mixed(
            "winmail",
            _TEXT + "See attached.",
            _file(
                'Content-Disposition: attachment; filename="winmail.dat"',
                tnef([(0x37, 0x1F, "Order")], [("ORDER~1.PDF", _PDF, [(0x3707, 0x1F, "Order Sampleroe.pdf")])]),
                "application/ms-tnef",
            ),
        ),
        "winmail_rich_text": _mixed(
            "winmail_rich_text",
            _file(
                'Content-Disposition: attachment; filename="winmail.dat"',
                tnef([(0x1009, 0x102, making_outlook.compressed_rtf(b"{\\rtf1\\ansi E0143 for Rita\\par Dx R26.9}"))]),
                "application/ms-tnef",
            ),
        ),
        "winmail_message_inside": _mixed(
            "winmail_message_inside",
            _TEXT + "FYI",
            _file(
                'Content-Disposition: attachment; filename="winmail.dat"',
                tnef(
                    [(0x37, 0x1F, "x")],
                    [
                        (
                            "order",
                            b"",
                            [
                                (0x3705, 3, 5),
                                (0x3701, 0x0D, bytes(16) + tnef([(0x37, 0x1F, "Order"), (0x1000, 0x1F, _ORDER)])),
                            ],
                        )
                    ],
                ),
                "application/ms-tnef",
            ),
        ),
        "winmail_broken": _mixed(
            "winmail_broken",
            _TEXT + "E0143",
            _file(
                'Content-Disposition: attachment; filename="winmail.dat"',
                tnef([(0x37, 0x1F, "x")])[:-9] + b"\xff" * 40,
                "application/ms-tnef",
            ),
        ),
    }


def _said() -> Mapping[str, bytes]:
    """What is said now, and what hangs below it."""
    head = "From: Ann Sampleperson <ann@clinic.example>\nSent: Monday, November 2, 2026 9:00 AM\nTo: orders@plan.example\nSubject: DME order\n\n"
    quoted = "".join(f"> {line}\n" for line in _ORDER.splitlines())
    disclaimer = (
        "CONFIDENTIALITY NOTICE: This e-mail and any attachments are confidential and intended solely for the use of\n"
        "the individual to whom they are addressed. If you are not the intended recipient, delete it.\n"
    )
    return {
        "forward_gmail": _mail(
            "forward_gmail",
            "FYI\n\n---------- Forwarded message ---------\nFrom: Ann <ann@clinic.example>\nDate: Mon, Nov 2, 2026\nSubject: Order\nTo: <x@clinic.example>\n\n"
            + _ORDER,
            subject="Fwd: Order",
        ),
        "forward_outlook": _mail(
            "forward_outlook",
            "Please handle.\n\n________________________________\n" + head + _ORDER,
            subject="FW: DME order",
        ),
        "forward_apple": _mail(
            "forward_apple",
            "Begin forwarded message:\n\n> From: Ann <ann@clinic.example>\n> Subject: Order\n>\n" + quoted,
            subject="Fwd: Order",
        ),
        "reply_outlook": _mail(
            "reply_outlook",
            "Yes, the walker is E0143.\n\n-----Original Message-----\n" + head + "Which code do you mean? E0149?\n",
            subject="RE: question",
        ),
        "reply_gmail": _mail(
            "reply_gmail",
            "Yes, E0143.\n\nOn Mon, Nov 2, 2026 at 9:00 AM Orders Desk\n<orders@plan.example> wrote:\n\n> Do you mean E0149?\n> Thank you\n",
            subject="Re: question",
        ),
        "reply_between": _mail(
            "reply_between",
            "On Mon, Nov 2, 2026 Orders wrote:\n> Which code, E0149?\nE0143.\n> Which diagnosis?\nR26.9\n",
            subject="Re: question",
        ),
        "reply_see_below": _mail(
            "reply_see_below",
            "Please process the order below, thank you.\n\nOn Mon, Nov 2, 2026 Ann wrote:\n" + quoted,
            subject="Re: Order",
        ),
        "reply_any_news": _mail(
            "reply_any_news", "Any news on this?\n\nOn Mon, Nov 2, 2026 Ann wrote:\n" + quoted, subject="Re: Order"
        ),
        "reply_html": _html(
            "reply_html",
            "<div>Yes, E0143.</div><div class=gmail_quote>On Mon, Nov 2, 2026 Orders wrote:<blockquote class=gmail_quote><div>E0149?</div></blockquote></div>",
            subject="Re: question",
        ),
        "reply_spanish": _mail(
            "reply_spanish",
            "S\u00ed, E0143.\n\nEl lun, 2 nov 2026 a las 9:00, Orders escribi\u00f3:\n> E0149?\n",
            subject="RE: pregunta",
        ),
        "signature": _mail(
            "signature", _ORDER + "\n-- \nAnn Sampleperson\nFront desk, 510-555-0188\nFax 510-555-0189\n"
        ),
        "signature_with_npi": _mail(
            "signature_with_npi",
            "E0143 for Rita Sampleroe\n-- \nJane Testdoe, MD\nNPI 1234567893\nPhone 510-555-0177\n",
        ),
        "disclaimer": _mail("disclaimer", _ORDER + "\n" + disclaimer),
        "banner": _mail(
            "banner",
            "CAUTION: This email originated from outside of the organization. Do not click links.\n\n" + _ORDER,
        ),
        "sent_from_phone": _mail("sent_from_phone", "E0143 for Rita Sampleroe\n\nSent from my iPhone\n"),
        "only_disclaimer": _mixed(
            "only_disclaimer", _TEXT + disclaimer, _file('Content-Disposition: attachment; filename="o.pdf"', _PDF)
        ),
    }


def _locked() -> Mapping[str, bytes]:
    """Signed, encrypted, elsewhere; and what programs send by themselves."""
    inner = f"{_TEXT}{_ORDER}".replace("\n", "\r\n").encode()
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(certificate, key, hashes.SHA256())
    signed = builder.sign(serialization.Encoding.DER, [])
    rsa_key = rsa.generate_private_key(65537, 2048)
    sealed = (
        pkcs7.PKCS7EnvelopeBuilder().set_data(inner).add_recipient(_certificate(rsa_key))
        .encrypt(serialization.Encoding.DER, [])
    )  # fmt: skip
    coded = {name: base64.encodebytes(data).decode() for name, data in (("signed", signed), ("sealed", sealed))}
    transfer = "Content-Transfer-Encoding: base64"
    returned = "Content-Type: message/rfc822\n\nFrom: orders@plan.example\nMessage-ID: <n1@plan.example>\nSubject: PA 2HY3-K7TC\n\nE0143 receipt"
    report = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; x@clinic.example\nAction: failed\nStatus: 5.1.1\nOriginal-Message-ID: <n0@plan.example>\n"
    return {
        "smime_signed": _mixed(
            "smime_signed",
            f"{_TEXT}{_ORDER}",
            _file('Content-Disposition: attachment; filename="smime.p7s"', b"0\x03sig", "application/pkcs7-signature"),
            kind="signed",
        ),
        "smime_opaque": _mail(
            "smime_opaque",
            coded["signed"],
            "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
            transfer,
        ),
        "smime_encrypted": _mail(
            "smime_encrypted",
            coded["sealed"],
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            transfer,
        ),
        "pgp_encrypted": _mixed(
            "pgp_encrypted",
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            'Content-Type: application/octet-stream; name="encrypted.asc"\n\n-----BEGIN PGP MESSAGE-----\n\nxx\n-----END PGP MESSAGE-----',
            kind="encrypted",
        ),
        "pgp_inline": _mail("pgp_inline", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"),
        "rights_managed": _mixed(
            "rights_managed",
            _TEXT + "This message is protected.",
            _file(
                'Content-Disposition: attachment; filename="message.rpmsg"',
                b"\x76\xe8\x04\x60",
                "application/x-microsoft-rpmsg-message",
            ),
        ),
        "link_portal": _html(
            "link_portal",
            "<p>You have received a secure message from Clinic.</p><p><a href='https://securemail.example/read?x=1'>Click here to read your message</a></p><p>Expires in 14 days.</p>",
            subject="Secure message",
        ),
        "link_envelope": _mixed(
            "link_envelope",
            _TEXT + "Open the attachment to read the message.",
            _file(
                'Content-Disposition: attachment; filename="securedoc_20261102.html"', b"<html>form</html>", "text/html"
            ),
        ),
        "link_shared_file": _mail(
            "link_shared_file",
            "Ann shared a file with you: order.pdf\n\nOpen the file: https://files.example/s/abc123\n",
        ),
        "link_beside_order": _mail(
            "link_beside_order",
            _ORDER + "\nOur secure message center: https://securemail.example/ click here to read\n",
        ),
        "bounce": _mixed(
            "bounce",
            _TEXT + "Delivery failed.",
            report,
            returned,
            kind="report; report-type=delivery-status",
            subject="Undelivered Mail Returned to Sender",
            more=("Return-Path: <>", "Auto-Submitted: auto-replied"),
        ),
        "bounce_old": _mail(
            "bounce_old",
            "Your message could not be delivered: 5.7.1 refused\n\n----- Original headers -----\nMessage-ID: <n2@plan.example>\nSubject: PA\n",
            "Return-Path: <>",
            "X-Failed-Recipients: x@clinic.example",
            subject="Mail delivery failed: returning message to sender",
        ),
        "out_of_office": _mail(
            "out_of_office",
            "I am away until Monday.\n",
            "In-Reply-To: <n1@plan.example>",
            "X-Auto-Response-Suppress: All",
            "Auto-Submitted: auto-replied",
            subject="Automatic reply: PA 2HY3-K7TC",
        ),
        "out_of_office_by_subject": _mail("out_of_office_by_subject", "Away.\n", subject="Out of Office: PA"),
        "generated": _mixed(
            "generated",
            _TEXT + "You have a fax.",
            _file('Content-Disposition: attachment; filename="fax.pdf"', _PDF),
            more=("Auto-Submitted: auto-generated",),
            subject="New fax",
        ),
        "newsletter": _mail(
            "newsletter", "Save on walkers!\n", "List-Id: <news.vendor.example>", "Precedence: bulk", subject="News"
        ),
        "read_receipt": _mixed(
            "read_receipt",
            _TEXT + "Your message was read.",
            "Content-Type: message/disposition-notification\n\nOriginal-Message-ID: <n1@plan.example>\nDisposition: manual-action; displayed",
            kind="report; report-type=disposition-notification",
            subject="Read: PA",
        ),
    }


def _certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ann Sampleperson")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(start).not_valid_after(start + dt.timedelta(days=900)).sign(key, hashes.SHA256())
    )  # fmt: skip


def all_mails() -> Mapping[str, bytes]:
    """Every mail by name with its ending."""
    eml = {**_bodies(), **_headers(), **_structures(), **_said(), **_locked()}
    return {f"{name}.eml": data for name, data in eml.items()} | {
        f"{n}.msg": d for n, d in outlook_mails(_ORDER, _PDF).items()
    }


def main() -> None:
    """Write what is missing."""
    _MAILS.mkdir(exist_ok=True)
    for name, data in all_mails().items():
        path = _MAILS / name
        if not path.exists():
            path.write_bytes(data)
        expected = golden.expectation_of(path)
        if not expected.exists():
            with tempfile.TemporaryDirectory() as folder:
                found = golden.taken_apart(path, Path(folder))
            expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
