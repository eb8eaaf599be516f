"""What offices, vendors, medical groups and hospitals print beside a field, by slot."""

# ruff: noqa: E501  (lists of wordings, one slot a line)

import random

PERSON = {
    "member": ("Patient", "Member", "Pt", "Beneficiary", "Enrollee", "Client", "Subscriber", "Patient's", "Member's"),
    "ordering_provider": (
        "Ordering Physician", "Ordering Provider", "Requesting Provider", "Referring Physician", "Prescriber",
        "Prescribing Practitioner", "Ordering MD", "Treating Physician", "Requesting Physician", "Physician",
        "Provider", "Referring Provider", "Ordering Clinician", "Doctor",
    ),
    "servicing_provider": (
        "Servicing Provider", "Rendering Provider", "DME Supplier", "Vendor", "Rendering/Servicing Provider",
        "Supplier", "Performing Provider", "DME Vendor", "Equipment Supplier",
    ),
    "pcp": ("PCP", "Primary Care Provider", "Primary Care Physician"),
    "emergency": ("Emergency Contact", "Caregiver", "Responsible Party"),
}  # fmt: skip
SECTIONS = {
    "member": (
        "Member Information", "Patient Information", "PATIENT DEMOGRAPHICS", "Section 1: Member", "A. PATIENT",
        "Patient Data", "MEMBER INFO", "Part I - Beneficiary Information", "Enrollee Information", "Patient / Member Details",
    ),
    "ordering_provider": (
        "Ordering Provider Information", "Requesting Provider", "PRESCRIBER INFORMATION", "Referring Physician Information",
        "B. ORDERING PHYSICIAN", "Physician Information", "Provider Information", "Section 2: Requesting Provider",
        "Practitioner Details", "REFERRED BY", "Ordering Clinician",
    ),
    "servicing_provider": (
        "Servicing Provider Information", "Rendering Provider", "DME Supplier Information", "REFERRED TO",
        "Vendor / Supplier", "Section 4: Servicing Provider / Facility", "C. Equipment Supplier",
    ),
    "request": ("Request Information", "Request Type", "Review Type", "Type of Request", "AUTHORIZATION REQUEST", ""),
    "services": (
        "Services Requested", "Equipment / Supplies Requested", "SERVICE INFORMATION", "Items Ordered", "D. EQUIPMENT ORDERED",
        "Procedure Information", "DME Requested", "Requested Services",
    ),
    "diagnosis": ("Diagnosis", "Clinical Information", "DIAGNOSES (ICD-10-CM)", "Medical Information", ""),
    "clinical": ("Clinical Justification", "Medical Necessity", "Clinical Summary", "CLINICAL INFORMATION"),
}  # fmt: skip
BARE: dict[str, tuple[str, ...]] = {
    "last_name": ("Last Name", "Last", "Surname", "Family Name", "Last Name (as on card)", "LAST NAME", "Apellido / Last Name"),
    "first_name": ("First Name", "First", "Given Name", "First Name, MI", "FIRST NAME", "First Name / M.I.", "Nombre / First Name"),
    "name_last_first": ("Name (Last, First)", "Name (Last, First, MI)", "Last Name, First Name", "Name: Last, First", "Full Name (Last, First)"),
    "name": ("Name", "Full Name", "Name (First Last)", "Name (First and Last)", "Complete Name", "Legal Name", "Printed Name"),
    "date_of_birth": (
        "Date of Birth", "DOB", "Birth Date", "D.O.B.", "Birthdate", "Date of Birth (MM/DD/YYYY)", "DOB (mm/dd/yyyy)",
        "Fecha de Nacimiento / Date of Birth", "Date of birth (month/day/year)", "DATE OF BIRTH",
    ),
    "id": (
        "Member ID", "ID #", "Medi-Cal ID #", "CIN", "Member ID Number", "Medi-Cal ID (CIN)", "Alliance ID", "Subscriber ID",
        "Medi-Cal #", "Health Plan ID #", "Member ID# (9 digits + letter)", "Insurance ID No.", "BIC / CIN #", "Policy/ID Number",
        "Plan Member ID", "Identification No.", "Medi-Cal/CIN #", "ID Number",
    ),
    "phone": (
        "Phone", "Telephone", "Phone #", "Phone Number", "Tel", "Tel. No.", "Contact Phone", "Daytime Phone", "Telephone Number",
        "Phone (with area code)", "Ph", "Best Phone #", "Phone No.", "Home/Cell Phone", "Telefono / Phone",
    ),
    "office_phone": (
        "Phone", "Telephone", "Phone #", "Office Phone", "Phone Number", "Tel", "Office Tel #", "Telephone No.", "Contact Phone #",
        "Ph #", "Clinic Phone", "Phone (area code first)", "Business Phone",
    ),
    "fax": (
        "Fax", "Fax #", "Fax Number", "Office Fax", "Facsimile", "Return Fax #", "Fax No.", "Secure Fax", "FAX", "Fax (for reply)",
        "Fax back to", "Clinic Fax #", "Fax # for determination",
    ),
    "npi": ("NPI", "NPI #", "NPI Number", "National Provider Identifier", "NPI (10 digits)", "Individual NPI", "NPI No.", "Provider NPI", "National Provider ID (NPI)"),
    "street": ("Address", "Street Address", "Mailing Address", "Home Address", "Address (no PO box)", "Street", "Residence Address"),
    "office_street": ("Address", "Office Address", "Street Address", "Practice Address", "Mailing Address", "Business Address"),
    "full_address": ("Address", "Full Address", "Address (Street, City, State, Zip)", "Street, City, State, ZIP", "Address/City/State/Zip"),
    "city": ("City", "CITY", "City/Town"),
    "state": ("State", "ST"),
    "zip": ("Zip", "ZIP Code", "Zip Code", "ZIP"),
    "city_line": ("City, State, Zip", "City/State/ZIP", "City / State / Zip Code", "City, ST ZIP"),
    "clinic": ("Facility Name", "Clinic", "Practice Name", "Facility/Clinic", "Group/Facility", "Office Name", "Practice / Group Name"),
    "tax_id": ("Tax ID", "TIN", "Tax ID #", "Federal Tax ID", "Tax ID Number"),
    "contact": ("Office Contact", "Contact Person", "Contact Name", "Form completed by", "Attn"),
    "specialty": ("Specialty", "Provider Specialty", "Speciality"),
    "request_date": ("Date of Request", "Request Date", "Date", "Today's Date", "Date Submitted", "Order Date", "Date Requested"),
    "start": ("Start Date", "Date of Service", "Requested Start Date", "Service From", "DOS From", "Anticipated Start Date", "From Date"),
    "end": ("End Date", "Service To", "Through Date", "DOS To", "End Date (if known)", "Thru"),
    "place": ("Place of Service", "POS", "Place of Service (POS)", "Service Location"),
    "sex": ("Sex", "Gender", "M/F"),
    "insurance": ("Other Insurance", "Primary Insurance", "Other Coverage", "Secondary Insurance"),
    "mrn": ("MRN", "Chart #", "Medical Record #", "Account No."),
    "diagnosis": (
        "Diagnosis Code(s)", "ICD-10", "ICD-10 Code(s)", "Dx Code(s)", "Diagnosis (ICD-10)", "DX", "ICD-10-CM Diagnosis Codes",
        "Diagnosis/ICD-10 codes", "Diagnosis Codes (ICD-10-CM)",
    ),
    "code": ("HCPCS", "HCPCS Code", "CPT/HCPCS", "Code", "Procedure Code", "HCPCS/CPT Code", "Proc. Code", "CPT/HCPCS Code(s)", "Item Code"),
    "modifiers": ("Mod", "Modifier", "Modifier(s)", "Mods"),
    "quantity": ("Qty", "Quantity", "Units", "# Units", "Qty/Units", "No. of Units", "Quantity Requested"),
    "description": ("Description", "Item Description", "Description of Service", "Equipment", "Item / Description", "Service Description", "Product"),
    "summary": ("Clinical information", "Medical justification", "Reason for request", "Clinical notes", "Justification / medical necessity"),
    "type": (
        "Type of Request", "Request Type", "Priority", "Review Type", "Urgency", "Level of Urgency", "Processing Type",
        "Type of request (check one)", "Please select one", "Request Priority", "Check one", "Review requested", "Turnaround",
    ),
}  # fmt: skip
TYPES = {
    "routine": ("Routine", "Standard", "Non-Urgent", "ROUTINE", "Routine (7 calendar days)", "Standard Review", "Routine / Elective"),
    "urgent": ("Urgent", "Expedited", "STAT", "URGENT", "Urgent (72 hours)", "Expedited / Urgent", "Urgent Review"),
    "retro": ("Retro", "Retrospective", "RETRO", "Retroactive", "Post-service (Retro)"),
    "standing_referral": ("Standing Referral", "STANDING REFERRAL"),
}  # fmt: skip
TITLES = (
    "PRIOR AUTHORIZATION REQUEST FORM", "Treatment Authorization Request", "DME ORDER FORM", "Authorization Request",
    "Durable Medical Equipment Prescription", "REFERRAL / AUTHORIZATION FORM", "Service Request Form", "Written Order for DME",
    "Pre-Service Review Request", "Home Medical Equipment Order",
)  # fmt: skip
OFFICES = (
    "Placeholder Valley Health Plan Partners", "Mockup Bay Physicians IPA", "Specimen County Medical Group", "Fauxlands Home Medical",
    "Nowhere General Hospital", "Imaginary Coast Clinic Network", "Sample Street Community Clinic",
)  # fmt: skip


def wording(rng: random.Random, key: str) -> str:
    """Draw a wording for a slot."""
    return rng.choice(BARE[key])
