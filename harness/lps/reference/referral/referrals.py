"""The clinic's referrals: sent to the municipality through VANS, followed by their receipts, and noted in the patient's plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import httpx

from harness.domain.organisations import HOSPITAL
from harness.domain.referral import Asker, OfferStatus, Receiver, ReferralStatus, Told
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.referral import referral_letters, referral_notes
from harness.lps.reference.referral.referral_letters import Referral, enveloped, numbered_anew, write_referral
from harness.lps.reference.referral.referral_notes import Notes
from harness.standards.oioxml.letter import CodedDiagnosis, LetterReceipt
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import EndPoint, Envelope, Message, Receipt, ReceiptKind

BLOCKS_MENTAL: Final = "henvisning-spærret-ved-psykisk-lidelse"
BLOCKS_LEVEL: Final = "henvisning-spærret-på-niveau-1"
CLAIMS_RECEIVED: Final = "henvisning-siger-modtaget-når-den-er-sendt"
IGNORES_RECEIPTS: Final = "henvisning-læser-ikke-kvitteringer"
IGNORES_REFUSAL: Final = "henvisning-overser-afvisning"
HIDES_WHY: Final = "henvisning-viser-ikke-hvorfor-den-er-afvist"
IGNORES_CARRIER: Final = "henvisning-overser-at-den-ikke-kan-leveres"
CLAIMS_SENT: Final = "henvisning-siger-sendt-uden-at-være-det"
DOUBLES_WHEN_SLOW: Final = "henvisning-sendt-som-to-når-nettet-er-langsomt"
COPIED: Final = "henvisning-også-til-en-anden"
SENT_AS_TWO: Final = "henvisning-altid-sendt-som-to"
NEVER_RESENDS: Final = "henvisning-sendes-ikke-igen"
RESENDS_AS_NEW: Final = "henvisning-gensendes-som-ny"
REUSES_ENVELOPE: Final = "henvisning-gensendes-i-samme-forsendelse"
RECEIPT_TO_LATEST: Final = "henvisning-kvittering-på-den-seneste"
REFUSES_ALL: Final = "afvisning-gælder-alle-henvisninger"
REFUSES_OWN: Final = "afvisning-gælder-alle-patientens-henvisninger"
NOT_IN_PLAN: Final = "henvisning-står-ikke-i-planen"
OTHERS_NOT_IN_PLAN: Final = "andres-henvisning-står-ikke-i-planen"
FORGETS_ASKER: Final = "afklarende-samtale-glemmer-hvem-der-bad"
LOSES_OTHERS: Final = "henvisning-uden-for-kommunen-gemmes-uden-årsag"
TOLD_AT_ONCE: Final = "tilbagehenvisning-patienten-regnes-for-orienteret"
LOSES_REASON: Final = "tilbagehenvisning-uden-begrundelse"
NEVER_TOLD: Final = "tilbagehenvisning-kan-ikke-afsluttes"
TOLD_ALL: Final = "besked-til-én-gælder-alle"
TOLD_OWN: Final = "besked-om-én-gælder-alle-patientens-henvisninger"
TWICE_IN_PLAN: Final = "henvisning-står-to-gange-i-planen"
STEP_FOR_REFERRAL: Final = "næste-skridt-fjerner-henvisningen"
LOSES_NEXT_STEP: Final = "næste-skridt-står-ikke-i-planen"
HIDES_PLANNED: Final = "tilbud-vises-først-når-de-er-slut"
DROPOUT_AS_DONE: Final = "frafald-vises-som-gennemført"
HIDES_NO_SHOW: Final = "udeblivelse-vises-ikke"
KEEPS_OFFERS: Final = "tilbud-hentes-kun-én-gang"
MIXES_OFFERS: Final = "tilbud-fra-en-anden-patient"
REFUSED_AS_RECEIVED: Final = "blind-afvist-henvisning-ser-sendt-ud"
FIRST_IN_PLAN_ONLY: Final = "blind-kun-foerste-henvisning-i-planen"
STALE_LEVEL: Final = "blind-henvisning-med-forrige-niveau"
FAULTS: Final = (
    *referral_letters.FAULTS,
    *referral_notes.FAULTS,
    BLOCKS_MENTAL,
    BLOCKS_LEVEL,
    CLAIMS_RECEIVED,
    IGNORES_RECEIPTS,
    IGNORES_REFUSAL,
    HIDES_WHY,
    IGNORES_CARRIER,
    CLAIMS_SENT,
    DOUBLES_WHEN_SLOW,
    COPIED,
    SENT_AS_TWO,
    NEVER_RESENDS,
    RESENDS_AS_NEW,
    REUSES_ENVELOPE,
    RECEIPT_TO_LATEST,
    REFUSES_ALL,
    REFUSES_OWN,
    NOT_IN_PLAN,
    OTHERS_NOT_IN_PLAN,
    FORGETS_ASKER,
    LOSES_OTHERS,
    TOLD_AT_ONCE,
    LOSES_REASON,
    NEVER_TOLD,
    TOLD_ALL,
    TOLD_OWN,
    TWICE_IN_PLAN,
    STEP_FOR_REFERRAL,
    LOSES_NEXT_STEP,
    HIDES_PLANNED,
    DROPOUT_AS_DONE,
    HIDES_NO_SHOW,
    KEEPS_OFFERS,
    MIXES_OFFERS,
    REFUSED_AS_RECEIVED,
    FIRST_IN_PLAN_ONLY,
    STALE_LEVEL,
)


class Referrals(Capability):
    """Every referral the clinic wrote or was told of, oldest first, by its key."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._referrals: dict[str, Referral] = {}
        self._notes = Notes(means, self._referrals)
        self._offers: dict[str, list[dict[str, Any]]] = {}
        self.acts = {
            "henvis": self.refer,
            "gensend-henvisning": lambda wish: self._resend(self._referrals[wish["henvisning"]]),
            "registrer-henvisning": self._register,
            "registrer-tilbagehenvisning": self._returned,
            "giv-patienten-besked": self._told,
            "skriv-naeste-skridt": self._next_step,
        }
        self.views = {
            "henvisninger": self._show,
            "tilbagemeldinger": self._notes.show,
            "forebyggelsestilbud": self._show_offers,
        }
        self.letters = {
            "XDIS15": self._notes.take,
            "XCTL02": self._letter_receipt,
            "XCTL03": self._letter_receipt,
            "Receipt": self._envelope_receipt,
        }

    def refer(self, wish: dict[str, Any], more: tuple[str, ...] = ()) -> dict[str, Any]:
        """Write the referral and send it where the clinic does so itself. `more` are lines it has besides."""
        faults = self._means.faults
        coded = (wish["diagnose"], *wish.get("bidiagnoser", []))
        referral = Referral(
            key=f"h{len(self._referrals) + 1}",
            patient=self._means.clinic.patients[wish["cpr"]],
            receiver=Receiver(wish["modtager"]),
            offer=wish["tilbud"],
            diagnoses=tuple(CodedDiagnosis(each["kode"], each["tekst"]) for each in coded),
            told={Told(each["om"]): each["tekst"] for each in wish["indhold"]},
            level=self._level(wish),
            feedback=wish["tilbagemelding"],
            more=more,
        )
        earlier = list(self._referrals.values())
        self._referrals[referral.key] = referral
        if BLOCKS_MENTAL in faults and any(each.code.startswith("P") for each in referral.diagnoses[1:]):
            referral.notice = "Patienten opfylder ikke kriterierne for henvisning."
            return self._row(referral)
        if BLOCKS_LEVEL in faults and referral.level == 1:
            referral.notice = "Patienter på niveau 1 henvises ikke."
            return self._row(referral)
        if referral.receiver == Receiver.MUNICIPALITY:
            referral.message = write_referral(self._means, referral, earlier)
            self._send(referral)
        elif LOSES_OTHERS in faults:
            referral.told = {}
        if NOT_IN_PLAN not in faults:
            self._into_plan(referral)
        return self._row(referral)

    def _level(self, wish: dict[str, Any]) -> int | None:
        """The level the doctor refers with; of one that remembers the first, the one the plan had in its first edition."""
        told: int | None = wish.get("niveau")
        if told is None or STALE_LEVEL not in self._means.faults:
            return told
        levels = self._means.level_texts()
        plans = [edition.plan for file in self._means.clinic.plans_of(wish["cpr"]) for edition in file.editions]
        return next((levels[text] for plan in plans for text in plan.interventions if text in levels), told)

    def _register(self, wish: dict[str, Any]) -> dict[str, Any]:
        """What another than the clinic asked for."""
        forgotten = FORGETS_ASKER in self._means.faults
        referral = Referral(
            key=f"h{len(self._referrals) + 1}",
            patient=self._means.clinic.patients[wish["cpr"]],
            receiver=Receiver.MUNICIPALITY,
            offer=wish["tilbud"],
            told={Told.REASON: wish["tekst"]},
            asked_by="" if forgotten else Asker(wish["bedtOmAf"]),
        )
        self._referrals[referral.key] = referral
        if OTHERS_NOT_IN_PLAN not in self._means.faults:
            self._into_plan(referral)
        return self._row(referral)

    def _send(self, referral: Referral) -> None:
        assert referral.message, "it was written"
        envelope = enveloped(self._means, referral.message)
        if referral.sendings and REUSES_ENVELOPE in self._means.faults:
            envelope = replace(envelope, identifier=referral.sendings[0])
        referral.sendings.append(envelope.identifier)
        sent = self._post(envelope)
        if not sent and DOUBLES_WHEN_SLOW in self._means.faults:
            referral.message = write_referral(self._means, referral, [])
            sent = self._post(enveloped(self._means, referral.message))
        if COPIED in self._means.faults:
            copy = enveloped(self._means, numbered_anew(self._means, referral.message))
            self._post(replace(copy, receiver=EndPoint(HOSPITAL.gln)))
        if SENT_AS_TWO in self._means.faults:
            self._post(enveloped(self._means, numbered_anew(self._means, referral.message)))
        if sent or CLAIMS_SENT in self._means.faults:
            referral.status, referral.notice = ReferralStatus.SENT, "Henvisningen er sendt. Kommunen har ikke kvitteret endnu."
        else:
            referral.status, referral.notice = ReferralStatus.NOT_SENT, "Henvisningen kunne ikke sendes. Send den igen."
        if CLAIMS_RECEIVED in self._means.faults:
            referral.status = ReferralStatus.RECEIVED

    def _post(self, envelope: Envelope) -> bool:
        """Whether the network took the envelope."""
        try:
            return self._means.post(envelope)
        except httpx.TransportError:
            return False

    def _resend(self, referral: Referral) -> dict[str, Any]:
        if referral.status in (ReferralStatus.NOT_SENT, ReferralStatus.SENT) and NEVER_RESENDS not in self._means.faults:
            if RESENDS_AS_NEW in self._means.faults:
                referral.message = write_referral(self._means, referral, [])
            self._send(referral)
        return self._row(referral)

    def _letter_receipt(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, Message)
        receipt = read_letter(envelope.content.data).content
        assert isinstance(receipt, LetterReceipt)
        why = receipt.refuse_text or " ".join(each.refuse_text for each in receipt.letters)
        refused = envelope.content.meta.document.name == "XCTL02"
        self._answered([each for each in self._referrals.values() if each.envelope == receipt.envelope], refused, why)

    def _envelope_receipt(self, envelope: Envelope) -> None:
        receipt = envelope.content
        assert isinstance(receipt, Receipt)
        found = [each for each in self._referrals.values() if receipt.original_envelope.lower() in each.sendings]  # RFC 4122, 3
        if receipt.kind is ReceiptKind.NEGATIVE_VANS and IGNORES_CARRIER in self._means.faults:
            return
        self._answered(found, receipt.kind is not ReceiptKind.POSITIVE_MESSAGE, receipt.error)

    def _answered(self, referrals: list[Referral], refused: bool, why: str) -> None:
        faults = self._means.faults
        if IGNORES_RECEIPTS in faults or (refused and IGNORES_REFUSAL in faults):
            return
        sent = [each for each in self._referrals.values() if each.sendings]
        if RECEIPT_TO_LATEST in faults:
            referrals = sent[-1:]
        elif refused and REFUSES_ALL in faults:
            referrals = sent
        elif refused and REFUSES_OWN in faults:
            referrals = [each for each in sent if each.patient in [refusal.patient for refusal in referrals]]
        for each in referrals:
            unseen = REFUSED_AS_RECEIVED in faults
            each.status = ReferralStatus.REFUSED if refused and not unseen else ReferralStatus.RECEIVED
            each.notice = f"Kommunen har {each.status} henvisningen. {'' if HIDES_WHY in faults else why}".strip()

    def _returned(self, wish: dict[str, Any]) -> dict[str, Any]:
        referral = self._referrals[wish["henvisning"]]
        referral.status, referral.untold = ReferralStatus.RETURNED, TOLD_AT_ONCE not in self._means.faults
        referral.reason = "" if LOSES_REASON in self._means.faults else wish["begrundelse"]
        return self._row(referral)

    def _told(self, wish: dict[str, Any]) -> dict[str, Any]:
        referral = self._referrals[wish["henvisning"]]
        faults = self._means.faults
        for each in self._referrals.values():
            if each is referral or TOLD_ALL in faults or (TOLD_OWN in faults and each.patient == referral.patient):
                each.untold = NEVER_TOLD in faults
        return self._row(referral)

    def _next_step(self, wish: dict[str, Any]) -> dict[str, Any]:
        referral = self._referrals[wish["henvisning"]]
        if LOSES_NEXT_STEP not in self._means.faults:
            self._add_intervention(referral, wish["tekst"], drops="Henvist" if STEP_FOR_REFERRAL in self._means.faults else "")
        return self._row(referral)

    def _into_plan(self, referral: Referral) -> None:
        pattern = self._means.profiles["henvisning"].pattern("henvisning-i-plan")
        before = [each for each in self._referrals.values() if each.patient == referral.patient and each is not referral]
        if before and FIRST_IN_PLAN_ONLY in self._means.faults:
            return
        for _ in range(2 if TWICE_IN_PLAN in self._means.faults else 1):
            self._add_intervention(referral, pattern.format(tilbud=referral.offer, årsag=referral.told.get(Told.REASON, "")))

    def _add_intervention(self, referral: Referral, text: str, drops: str = "") -> None:
        """Into the plan made last; one that was handed to the receiver gets a next edition, which is not shared yet.

        The texts that begin with `drops` go, when a fault says so.
        """
        for file in self._means.clinic.plans_of(str(referral.patient.cpr))[-1:]:
            kept = (each for each in file.newest.plan.interventions if not (drops and each.startswith(drops)))
            self._means.clinic.revise(file.key, interventions=(*kept, text))

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        return {"henvisninger": [self._row(each) for each in self._referrals.values() if str(each.patient.cpr) == wish["cpr"]]}

    def _row(self, referral: Referral) -> dict[str, Any]:
        return {
            "henvisning": referral.key,
            "modtager": referral.receiver,
            "tilbud": referral.offer,
            "årsag": referral.told.get(Told.REASON, ""),
            "bedtOmAf": referral.asked_by,
            "status": referral.status,
            "besked": referral.notice,
            "begrundelse": referral.reason,
            "patientenManglerBesked": referral.untold,
        }

    def _show_offers(self, wish: dict[str, Any]) -> dict[str, Any]:
        faults, cpr = self._means.faults, wish["cpr"]
        asked = next(iter(self._means.clinic.patients)) if MIXES_OFFERS in faults else cpr
        if not (KEEPS_OFFERS in faults and cpr in self._offers):
            self._offers[cpr] = self._fetch_offers(asked)
        offers = [dict(each) for each in self._offers[cpr]]
        hidden = {HIDES_NO_SHOW: OfferStatus.NO_SHOW, HIDES_PLANNED: OfferStatus.PLANNED}
        offers = [each for each in offers if each["status"] not in {hidden[fault] for fault in faults & hidden.keys()}]
        for each in offers:
            if each["status"] == OfferStatus.DROPPED_OUT and DROPOUT_AS_DONE in faults:
                each["status"] = OfferStatus.COMPLETED
        return {"tilbud": offers}

    def _fetch_offers(self, cpr: str) -> list[dict[str, Any]]:
        try:
            response = self._means.client.post(f"{self._means.services}/kommune/tilbud", json={"cpr": cpr})
            offers: list[dict[str, Any]] = response.raise_for_status().json()["tilbud"]
        except httpx.HTTPError as error:
            raise ValueError("kommunens overblik svarer ikke") from error
        return offers
