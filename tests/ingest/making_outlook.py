"""Writes Outlook's containers for the tests: compound files (.msg), TNEF (winmail.dat), compressed RTF."""

import struct
from collections.abc import Mapping, Sequence

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512
Tree = Mapping[str, "bytes | Tree"]
Property = tuple[int, int, bytes | int | str | bool]


def compound_file(tree: Tree) -> bytes:  # noqa: C901  (a file format, from its first byte to its last)
    """A compound file (MS-CFB, version 3) of storages (mappings) and streams; every stream in full sectors."""
    entries: list[dict[str, object]] = [{"name": "Root Entry", "kind": 5, "child": _FREE}]
    streams: list[tuple[int, bytes]] = []

    def add(folder: Tree, parent: int) -> None:
        numbers = []
        for name, what in folder.items():
            number = len(entries)
            numbers.append(number)
            entries.append({"name": name, "kind": 2 if isinstance(what, bytes) else 1, "child": _FREE})
            if isinstance(what, bytes):
                # streams under the cut-off would stand in the small-sector stream: padded instead
                streams.append((number, what))
            else:
                add(what, number)
        for one, following in zip(numbers, [*numbers[1:], _FREE], strict=True):
            entries[one]["right"] = following
        if numbers:
            entries[parent]["child"] = numbers[0]

    add(tree, 0)
    mini, mini_fat = bytearray(), []
    sectors: list[bytes] = []
    fat: list[int] = []

    def chain(data: bytes) -> int:
        count = -(-len(data) // _SECTOR)
        if not count:
            return _END
        start = len(sectors)
        for i in range(count):
            sectors.append(data[i * _SECTOR : (i + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(start + i + 1 if i + 1 < count else _END)
        return start

    for number, data in streams:
        entries[number]["size"] = len(data)
        if len(data) < 4096:
            small = -(-len(data) // 64)
            first = len(mini) // 64
            entries[number]["start"] = first if small else _END
            mini += data.ljust(small * 64, b"\0")
            mini_fat += [first + i + 1 if i + 1 < small else _END for i in range(small)]
        else:
            entries[number]["start"] = chain(data)
    entries[0]["start"], entries[0]["size"] = chain(bytes(mini)), len(mini)
    mini_fat_start = chain(struct.pack(f"<{len(mini_fat)}I", *mini_fat)) if mini_fat else _END
    mini_fat_count = -(-len(mini_fat) * 4 // _SECTOR)
    directory = b"".join(_entry(entry) for entry in entries)
    directory += _entry({"name": "", "kind": 0, "child": _FREE}) * (-len(entries) % 4)
    directory_start = chain(directory)
    fat_sectors = 1
    while (len(fat) + fat_sectors) * 4 > fat_sectors * _SECTOR:
        fat_sectors += 1
    fat_start = len(sectors)
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * 128 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, fat_sectors, directory_start, 0, 4096, mini_fat_start, mini_fat_count, _END, 0)
    head += struct.pack("<109I", *[fat_start + i for i in range(fat_sectors)], *[_FREE] * (109 - fat_sectors))
    return head + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(entry: Mapping[str, object]) -> bytes:
    name = str(entry["name"]).encode("utf-16-le")
    length = len(name) + 2 if entry["kind"] else 0
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBB", length, entry["kind"], 1)
        + struct.pack("<III", _FREE, entry.get("right", _FREE), entry["child"])
        + bytes(16 + 4 + 8 + 8)
        + struct.pack("<IQ", entry.get("start", 0 if entry["kind"] == 1 else _END), entry.get("size", 0))
    )


def msg(properties: Sequence[Property], recipients: Sequence[Tree] = (), attached: Sequence[Tree] = ()) -> bytes:
    """An Outlook message as a compound file."""
    return compound_file(message(properties, recipients, attached, header=32))


def message(
    properties: Sequence[Property], recipients: Sequence[Tree] = (), attached: Sequence[Tree] = (), *, header: int = 24
) -> Tree:
    """The storage of one message."""
    tree: dict[str, bytes | Tree] = dict(storage(properties, header))
    for number, recipient in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = recipient
    for number, one in enumerate(attached):
        tree[f"__attach_version1.0_#{number:08X}"] = one
    return tree


def storage(properties: Sequence[Property], header: int = 8) -> Tree:
    """The storage of a recipient or attachment: a stream for each property of no fixed size."""
    tree: dict[str, bytes | Tree] = {}
    fixed = bytes(header)
    for name, kind, value in properties:
        if isinstance(value, str):
            data = value.encode("utf-16-le") if kind == 0x1F else value.encode("cp1252")
        elif isinstance(value, bytes):
            data = value
        else:
            fixed += struct.pack("<HHIq", kind, name, 6, value)
            continue
        tree[f"__substg1.0_{name:04X}{kind:04X}"] = data
        fixed += struct.pack("<HHIII", kind, name, 6, len(data), 0)
    return tree | {"__properties_version1.0": fixed}


def tnef(properties: Sequence[Property], attached: Sequence[tuple[str, bytes, Sequence[Property]]] = ()) -> bytes:
    """A TNEF stream: message properties and attachments (name, bytes, more properties)."""
    out = b"\x78\x9f\x3e\x22\x01\x00" + _attribute(1, 0x69007, struct.pack("<II", 1252, 0))
    out += _attribute(1, 0x69003, tnef_properties(properties))
    for name, data, more in attached:
        out += _attribute(2, 0x69002, bytes(14))
        out += _attribute(2, 0x18010, name.encode("cp1252", "replace") + b"\0")
        if data:
            out += _attribute(2, 0x6800F, data)
        if more:
            out += _attribute(2, 0x69005, tnef_properties(more))
    return out


def tnef_properties(properties: Sequence[Property]) -> bytes:
    """The packed form of a property set."""
    out = struct.pack("<I", len(properties))
    for name, kind, value in properties:
        out += struct.pack("<HH", kind, name)
        if isinstance(value, bool | int):
            out += struct.pack("<q" if kind == 0x40 else "<i", value)
            continue
        data = value if isinstance(value, bytes) else (value + "\0").encode("utf-16-le" if kind == 0x1F else "cp1252")
        out += struct.pack("<II", 1, len(data)) + data + bytes(-len(data) % 4)
    return out


def _attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def compressed_rtf(text: bytes) -> bytes:
    """RTF in Outlook's container, every letter written out (a valid, if poor, compression)."""
    body = b""
    for start in range(0, len(text), 8):
        body += b"\0" + text[start : start + 8]
    return struct.pack("<IIII", len(body) + 12, len(text), 0x75465A4C, 0) + body


def outlook_mails(order: str, pdf: bytes) -> Mapping[str, bytes]:
    """Messages as Outlook saves them, by name: with the text of an order, and a file attached to one."""
    who: list[tuple[int, int, bytes | int | str | bool]] = [
        (0x0C1F, 0x1F, "ann@clinic.example"),
        (0x39, 0x40, 134382455830000000),
    ]
    to = storage([(0x39FE, 0x1F, "Orders@plan.example"), (0x0C15, 3, 1)])
    html = (
        b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}E0143 for Rita{\\*\\htmltag72 </p>}"
        b"\\htmlrtf \\par \\htmlrtf0 {\\*\\htmltag64 <p hidden>}K0001{\\*\\htmltag72 </p>}}"
    )
    inner = message([*who, (0x37, 0x1F, "Order"), (0x1000, 0x1F, order)])
    headers = (
        "From: Ann <ann@clinic.example>\r\nMessage-ID: <m7@clinic.example>\r\n"
        "Auto-Submitted: auto-replied\r\nSubject: Away\r\n"
    )
    return {
        "outlook_order": msg(
            [*who, (0x37, 0x1F, "DME order"), (0x1035, 0x1F, "<m1@clinic.example>"), (0x1000, 0x1F, order)],
            [to],
            [storage([(0x3707, 0x1F, "Order Pe\u00f1a.pdf"), (0x3701, 0x102, pdf)])],
        ),
        "outlook_html": msg(
            [*who, (0x37, 0x1F, "x"), (0x1013, 0x102, "<p>Pe\u00f1a E0143</p>".encode()), (0x3FDE, 3, 65001)], [to]
        ),
        "outlook_rich_text": msg([*who, (0x37, 0x1F, "x"), (0x1009, 0x102, compressed_rtf(html))], [to]),
        "outlook_8bit": msg([(0x37, 0x1E, "Pe\u00f1a"), (0x1000, 0x1E, "Pe\u00f1a E0143"), (0x3FFD, 3, 1252)]),
        "outlook_forwarded": msg(
            [*who, (0x37, 0x1F, "FW: Order"), (0x1000, 0x1F, "FYI")],
            [to],
            [{**storage([(0x3705, 3, 5), (0x3001, 0x1F, "Order")]), "__substg1.0_3701000D": inner}],
        ),
        "outlook_away": msg([(0x37, 0x1F, "Away"), (0x7D, 0x1F, headers), (0x1000, 0x1F, "Away until Monday.")]),
    }
