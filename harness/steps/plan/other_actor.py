"""The Danish steps about what others do with plans: the hospital's part, and another clinic's plan that the LPS reads."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from uuid import NAMESPACE_OID, uuid5

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import treatment_plan as rules
from harness.domain.careplan import CarePlan, Disease
from harness.domain.exchange import Request, Response
from harness.domain.organisations import HOSPITAL, OTHER_CLINIC
from harness.domain.patient import Practitioner
from harness.lps.driver import CannotAct, Shown, View
from harness.standards import oids
from harness.standards.cda.build import build_cpd
from harness.standards.xds import build, codes, metadata, read
from harness.steps.diseases import DIAGNOSES
from harness.steps.messages.judged import DIRECT
from harness.steps.other_patient import OtherPatients
from harness.steps.plan.treatment_plan import PlanTexts, mark_in
from harness.steps.story import Story

_AUTHOR = Practitioner("Anden", "Testlæge")
_VERSION = "1.0.1"
_SOURCE = "2.25.62743185920817364529183746501928374651"
"""The others' own OID, under 2.25: no real source can have it."""


class Others:
    """What others wrote in this attempt, as the receiver of plans has it from them."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self.plans: list[CarePlan] = []

    @property
    def newest(self) -> CarePlan:
        """The plan that another shared last."""
        if not self.plans:
            raise CannotAct("Ingen andre har delt en plan i dette scenarie.")
        return self.plans[-1]

    def make(self, alias: str, goal: str) -> None:
        """Another clinic shares a plan for KOL."""
        patient = self._story.patient(alias)
        made = CarePlan(
            disease=Disease.KOL,
            patient=patient,
            diagnosis=DIAGNOSES[Disease.KOL],
            goals=(self._story.marked(goal, patient),),
            interventions=("Samtale med sygeplejersken",),
            set_id=self._id("plan"),
            document_id=self._id("udgave 1"),
            version=1,
            created=self._story.time.now(),
            clinic=OTHER_CLINIC,
            author=_AUTHOR,
        )
        self._hand_in(made)

    def change_goal(self, goal: str) -> None:
        """The other clinic shares the plan's next edition, with another goal only."""
        before = self.newest
        self._hand_in(
            replace(
                before,
                goals=(self._story.marked(goal, before.patient),),
                document_id=self._id(f"udgave {before.version + 1}"),
                version=before.version + 1,
                created=self._story.time.now(),
                replaces=before.document_id,
            )
        )

    def add_to_clinics_plan(self, text: str) -> None:
        """The hospital shares the next edition of the clinic's plan, with all that stands in it and `text`."""
        current = next(each for each in self._story.editions() if each.current)
        entered = self._story.plan.entered
        self._hand_in(
            CarePlan(
                disease=entered.disease,
                patient=entered.patient,
                diagnosis=entered.diagnosis,
                goals=current.goals,
                interventions=(*current.interventions, self._story.marked(text, entered.patient)),
                set_id=current.set_id,
                document_id=self._id("sygehus"),
                version=(current.version or 1) + 1,
                created=self._story.time.now(),
                clinic=HOSPITAL,
                author=_AUTHOR,
                replaces=current.document_id,
                results=current.results,
            )
        )

    def withdraw(self) -> None:
        """The other clinic takes its plan out of use."""
        plan = self.newest
        if self._story.receiver != DIRECT:
            self._say("/plsp/tilbagetraekning", {"patient": str(plan.patient.cpr), "setId": plan.set_id})
            return
        deprecation = metadata.deprecation_of(
            self._entry(plan.document_id),
            codes.patient_id(str(plan.patient.cpr)),
            set_uuid=self._id("tilbage"),
            source_id=_SOURCE,
            now=self._story.time.now(),
            content_type=metadata.Code(codes.CARE_PLAN, oids.LOINC),
        )
        self._soap("/dros/iti57", codes.ITI_57, build.update_document_set(deprecation))

    def _hand_in(self, plan: CarePlan) -> None:
        document = build_cpd(plan)
        self.plans.append(plan)
        if self._story.receiver != DIRECT:
            said = {"patient": str(plan.patient.cpr), "cpdVersion": _VERSION, "dokument": base64.b64encode(document).decode()}
            self._say("/plsp/forloebsplaner", said)
            return
        entry = metadata.entry_from_cpd(document, f"urn:uuid:{self._id(plan.document_id)}", _VERSION)
        submission = metadata.submission_of(
            entry,
            document,
            set_uuid=self._id(f"{plan.document_id} aflevering"),
            source_id=_SOURCE,
            now=self._story.time.now(),
            replaces=self._entry(plan.replaces) if plan.replaces else "",
        )
        self._soap("/dros/iti41", codes.ITI_41, build.provide_and_register(submission))

    def _entry(self, document_id: str) -> str:
        """The entryUUID under which a document stands in the registry."""
        patient = codes.patient_id(str(self._patient_cpr))
        answer = read.read_query_answer(self._post("/dds/iti18", codes.ITI_18, build.find_documents(patient)))
        return next(entry.id for entry in answer.entries if entry.unique_id.endswith(document_id))

    @property
    def _patient_cpr(self) -> str:
        return str(self.newest.patient.cpr)

    def _id(self, name: str) -> str:
        """A UUID of this attempt's own."""
        return str(uuid5(NAMESPACE_OID, f"{self._story.mark} {name}"))

    def _say(self, path: str, content: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        answer = self._story.ask(Request("POST", path, (("content-type", "application/json"),), body))
        assert isinstance(answer, Response), "our own service is asked while it answers"
        assert answer.status < 300, answer.body.decode()

    def _soap(self, path: str, action: str, body: bytes) -> None:
        answer = read.read_registry_answer(self._post(path, action, body))
        assert answer.succeeded, answer.errors

    def _post(self, path: str, action: str, body: bytes) -> bytes:
        headers = (("content-type", "text/xml; charset=utf-8"), ("soapaction", f'"{action}"'))
        answer = self._story.ask(Request("POST", path, headers, body))
        assert isinstance(answer, Response), "our own service is asked while it answers"
        return answer.body

    def look(self, alias: str) -> Shown:
        """Every plan that the system shows of the patient. It fetches them then."""
        self._story.time.run_due()
        return self._story.driver.show(View("delte-planer", {"cpr": str(self._story.patient(alias).cpr)}))

    def shown(self, alias: str) -> list[str]:
        """Their texts."""
        return _texts(self.look(alias))


@given(parsers.re('at en anden klinik har delt en plan for KOL til "(?P<alias>.+)" med målet "(?P<goal>.+)"'))
@given(parsers.re('at den anden klinik har ændret målet til "(?P<goal>.+)"'))
@when("den anden klinik trækker planen tilbage")
def other_clinic(story: Story, alias: str | None = None, goal: str | None = None) -> None:
    """Planen findes hos modtageren, lavet af en anden klinik i dette forsøg. En ny udgave afløser den første. En plan, der er
    trukket tilbage, er ikke længere gældende."""
    others = story.part(Others)
    if alias and goal:
        others.make(alias, goal)
    elif goal:
        others.change_goal(goal)
    else:
        others.withdraw()


@given(parsers.parse('at sygehuset har skrevet "{text}" i planen'))
def hospital_added(story: Story, text: str) -> None:
    """Sygehuset har delt en ny udgave af klinikkens plan, hvor dets egen del er skrevet til."""
    story.part(Others).add_to_clinics_plan(text)


@then(
    parsers.re(
        '(?:viser systemet|systemet viser) (?P<only>kun den gældende udgave af )?den anden kliniks plan for "(?P<alias>.+)"'
    )
)
def others_plan_is_shown(story: Story, alias: str, only: str | None = None) -> None:
    """Når lægen slår patienten op, kan den anden kliniks mål læses, som klinikken skrev det sidst. Kun den gældende udgave: et
    mål, der er afløst, kan ikke."""
    others = story.part(Others)
    looked = others.look(alias)
    story.messages.judge()
    with story.judged_by(rules.others_plan_is_shown):
        texts = _texts(looked)
    story.check(rules.others_plan_is_shown, texts, others.newest.goals[0])
    if only:
        story.check_if_any(rules.replaced_is_not_shown, texts, _mark(others.plans[0]))  # that none is shown is found above


@then(parsers.re('viser systemet ikke (?P<withdrawn>længere )?den anden kliniks plan, når lægen slår "(?P<alias>.+)" op'))
def others_plan_is_not_shown(story: Story, alias: str, withdrawn: str | None = None) -> None:
    """Planen kan ikke læses, fordi den er om en anden patient, eller fordi den er trukket tilbage. Før kunne den læses hos den
    patient, den er om."""
    others = story.part(Others)
    rule = rules.withdrawn_is_not_shown if withdrawn else rules.others_are_not_shown
    with story.judged_by(rule):
        shown = others.shown(alias)
    story.check(rule, shown, _mark(others.newest))
    before = Shown(story.part(OtherPatients).before("de delte planer", others.newest.patient.alias))
    story.check(rules.others_plan_is_shown, _texts(before), others.newest.goals[0])


@then("står sygehusets del stadig i den gældende plan, og klinikkens aftale er ikke tabt")
def nobodys_part_is_lost(story: Story) -> None:
    """Hos modtageren er én udgave af planen gældende, og det, sygehuset skrev, kan læses i den. Det kan aftalen også, eller også
    siger systemet, at planen ikke er delt."""
    story.be_quiet()
    story.check(rules.others_part_stands, story.editions(), story.part(Others).newest.interventions[-1])
    shown = story.shown(read_off=True)
    story.check(rules.own_part_is_not_lost, story.editions(), shown, story.part(PlanTexts).newest("aftale"))


def _texts(looked: Shown) -> list[str]:
    return [text for plan in looked.rows("planer") for text in plan.texts("tekster")]


def _mark(plan: CarePlan) -> str:
    return mark_in(plan.goals[0])
