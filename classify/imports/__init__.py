"""Reference data in the layouts in which others publish it: X12 834, NPPES, HCPCS and ICD-10-CM releases, XLSX."""
