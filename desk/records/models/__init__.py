"""All models, by theme: arrivals, requests, notices, nights, reference data, the audit trail, work."""

from desk.records.models.accounts import KeptAnswer, ServiceAccount
from desk.records.models.arrivals import Arrival, Page, SourceStatus
from desk.records.models.assignment import Assignment
from desk.records.models.audit import AuditEvent, Correction
from desk.records.models.care import CareRecord, TextApproval
from desk.records.models.lessons import ConfidenceRefit, Lesson, LessonKind, LessonState
from desk.records.models.likeness import Likeness, PageSignature
from desk.records.models.mail_drafts import MailDraft
from desk.records.models.nights import Acknowledgement, ClearedDifference, KeptDay, Night
from desk.records.models.notices import Notice, Transmission
from desk.records.models.pages import PagePlace, Rearrangement
from desk.records.models.parts import JoinedPaper, RequestPart
from desk.records.models.pauses import SourcePause
from desk.records.models.privacy import Incident
from desk.records.models.quality import QualityCheck, QualityValue, ThresholdChange
from desk.records.models.reference import (
    GridRow,
    Member,
    ProcedureCode,
    Processor,
    Provider,
    ReferenceVersion,
    Vendor,
)
from desk.records.models.requests import (
    DecisionRecord,
    Diagnosis,
    FieldRecord,
    GapRecord,
    LineRecord,
    Request,
    RouteRecord,
)
from desk.records.models.sending import (
    ForbiddenNumber,
    HandOver,
    LineStatus,
    SendingSwitch,
    VerifiedNumber,
)
from desk.records.models.webhooks import Subscription, Telling
from desk.records.models.work import WorkItem

__all__ = [
    "Acknowledgement",
    "Arrival",
    "Assignment",
    "AuditEvent",
    "CareRecord",
    "ClearedDifference",
    "ConfidenceRefit",
    "Correction",
    "DecisionRecord",
    "Diagnosis",
    "FieldRecord",
    "ForbiddenNumber",
    "GapRecord",
    "GridRow",
    "HandOver",
    "Incident",
    "JoinedPaper",
    "KeptAnswer",
    "KeptDay",
    "Lesson",
    "LessonKind",
    "LessonState",
    "Likeness",
    "LineRecord",
    "LineStatus",
    "MailDraft",
    "Member",
    "Night",
    "Notice",
    "Page",
    "PagePlace",
    "PageSignature",
    "ProcedureCode",
    "Processor",
    "Provider",
    "QualityCheck",
    "QualityValue",
    "Rearrangement",
    "ReferenceVersion",
    "Request",
    "RequestPart",
    "RouteRecord",
    "SendingSwitch",
    "ServiceAccount",
    "SourcePause",
    "SourceStatus",
    "Subscription",
    "Telling",
    "TextApproval",
    "ThresholdChange",
    "Transmission",
    "Vendor",
    "VerifiedNumber",
    "WorkItem",
]
