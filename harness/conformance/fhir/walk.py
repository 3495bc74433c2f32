"""Holds a resource against the snapshot of its profile: what may be there, how often, of which type, with which values.

The walk follows the message and the profile side by side. A node is held against every element that speaks of it: the
profile's, its slice's, and its type's. Invariants are collected and judged afterwards (`invariants`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.conformance.fhir.fault import Check, Fault, without_consequences
from harness.conformance.fhir.pattern import difference, shown
from harness.conformance.fhir.slices import Sorter
from harness.standards.fhir.definitions import CORE, Constraint, Definitions, Element, Type
from harness.standards.fhir.packages import Package
from harness.standards.fhir.primitives import DANISH, is_primitive, is_valid, kind_of
from harness.standards.fhir.references import References
from harness.standards.fhir.tree import Kind, Node, Tree

_R4_VALUE_SET = "http://hl7.org/fhir/ValueSet/"
_CODED = ("code", "string", "uri", "Coding", "CodeableConcept", "Quantity")


@dataclass(slots=True)
class Walk:
    """One walk over one message. `faults` is what it found, `unchecked` what it could not check, in Danish.

    `governing` is the package whose standard the message follows: a definition from another version of a package than the one
    it builds on gives remarks, no grades. `constraints` are the invariants met, each with its
    node; `types` the type of each primitive, which XML does not tell.
    """

    tree: Tree
    definitions: Definitions
    references: References
    governing: Package | None = None
    faults: list[Fault] = field(default_factory=list)
    unchecked: set[str] = field(default_factory=set)
    constraints: list[tuple[Node, Element, Constraint]] = field(default_factory=list)
    types: dict[int, str] = field(default_factory=dict)
    _conforming: dict[tuple[int, str], bool] = field(default_factory=dict)
    _foreign: dict[str, str] = field(default_factory=dict)
    _sorter: Sorter = field(init=False)

    def __post_init__(self) -> None:
        self._sorter = Sorter(self.definitions, self.references.resolve, self.conforms)

    def resource(self, node: Node, *profiles: str) -> None:
        """Hold a resource against `profiles`, and against those it declares itself."""
        declared = [each.text or "" for each in node.all("meta", "profile")]
        roots: list[Element] = []
        for url in dict.fromkeys((*profiles, *declared)):
            root = self.definitions.profile(url)
            if root is None:
                self.unchecked.add(f"profilen {url}")
            elif root.id == node.resource_type:
                roots.append(root)
            else:
                self._fault(Check.TYPE, node, root, f"en {root.id}", node.resource_type)
        base = self.definitions.profile(node.resource_type)
        if base is not None and self._all_foreign(roots):
            roots.append(base)
        if roots:
            self._strays(node, roots[0])
            self._constrain(node, roots)
            self._children(node, list(dict.fromkeys(roots)))
        else:
            self.unchecked.add(f"ressourcer af typen {node.resource_type}")

    def conforms(self, node: Node, url: str) -> bool:
        """Whether a resource keeps a profile: it declares it (and is then held against it), or nothing is wrong by it.

        A profile that no package has is kept when the type is right.
        """
        if self.definitions.type_of(url) not in ("", node.resource_type):
            return False
        if any(self.definitions.is_a(each.text or "", url) for each in node.all("meta", "profile")):
            return True
        key = id(node), url
        if key not in self._conforming:
            self._conforming[key] = True  # while it is being found out: resources may point at each other
            trial = Walk(self.tree, self.definitions, self.references, self.governing, _conforming=self._conforming)
            trial.resource(node, url)
            self._conforming[key] = not any(not each.remark for each in without_consequences(trial.faults)[0])
        return self._conforming[key]

    def _node(self, node: Node, expected: list[Element]) -> None:
        """Hold one node against all that is expected of it, and then what is in it."""
        types = {type_.code: type_ for each in expected if (type_ := each.type_of(node.name)) is not None}
        if "Resource" in types or (node.resource_type and not types):
            self.resource(node, *(url for each in expected for type_ in each.types for url in type_.profiles))
            return
        self._strays(node, self._firmest(expected))
        if not types:  # a contentReference
            self._children(node, expected)
            return
        code = next(iter(types))
        if not self._is_of_type(node, code, self._firmest(expected)):
            return
        for each in expected:
            self._values(node, each, code)
        self._constrain(node, expected)
        self._children(node, self._containers(node, expected, code))

    def _containers(self, node: Node, expected: list[Element], code: str) -> list[Element]:
        """Where the elements in a node are defined: the snapshot, the profiles of its type, or the type itself."""
        found = [each for each in expected if each.children]
        for each in expected:
            type_ = each.type_of(node.name)
            profiles = type_.profiles if type_ is not None and code != "Reference" else ()
            if code == "Extension" and not profiles and self.definitions.structure(node.value("url")):
                profiles = (node.value("url"),)
            for url in profiles:
                root = self.definitions.profile(url)
                if root is None:
                    self.unchecked.add(f"profilen {url}")
                elif root not in found:
                    found.append(root)
                    self._constrain(node, [root])
        if node.children and self._all_foreign(found):
            root = self.definitions.profile(code)
            if root is None and not found:
                self.unchecked.add(f"indholdet af datatypen {code}")
            elif root is not None:
                found.append(root)
                self._constrain(node, [root])
        return found

    def _is_of_type(self, node: Node, code: str, element: Element) -> bool:
        """Whether a node is written as its type demands; a fault when not."""
        has_value = node.text is not None
        if not is_primitive(code):
            fine = node.kind is Kind.OBJECT and bool(node.children) and not node.empty_lists
            if not fine:
                self._fault(Check.TYPE, node, element, f"{code} med indhold", shown(node))
            return fine
        self.types[id(node)] = code
        bare = node.kind is Kind.BARE or (node.kind is Kind.OBJECT and node.listed is None)
        if bare and set(node.children) <= {"id", "extension"} and "extension" in node.children:
            return True
        if not has_value or node.kind not in (kind_of(code), Kind.ATTRIBUTE):
            if not (code == "xhtml" and node.kind is Kind.STRING):
                self._fault(Check.TYPE, node, element, f"{kind_of(code)} ({code})", shown(node))
                return False
        elif not is_valid(code, node.text or ""):
            self._fault(Check.TYPE, node, element, DANISH.get(code, f"en værdi af typen {code}"), shown(node))
            return False
        return True

    def _children(self, node: Node, containers: list[Element]) -> None:
        """What is in a node: names, number, lists, choices and slices; then each child by itself."""
        containers = [self._referred(each) for each in containers]
        if not containers:
            return
        expected: dict[int, list[Element]] = {}
        unknown = self._unknown(node, containers)
        self._order(node, containers[0])
        for name in node.empty_lists:
            self._fault(Check.TYPE, node, containers[0], "mindst én værdi", "en tom liste", missing=name)
        for container in containers:
            for element in container.children.values():
                if element.min or element.is_choice or element.name in node.children:
                    self._element(node, element, expected, unknown)
        for group in node.children.values():
            for child in group:
                if id(child) in expected:
                    self._node(child, list(dict.fromkeys(expected[id(child)])))

    def _strays(self, node: Node, element: Element) -> None:
        if node.strays:
            self._fault(Check.UNKNOWN, node, element, "kun FHIR's egne elementer og attributter", ", ".join(node.strays))

    def _order(self, node: Node, container: Element) -> None:
        """In XML the elements stand in the profile's order; JSON has none."""
        if node.element is None:
            return
        known = list(container.children)
        last = -1
        for name, group in node.children.items():
            element = container.child(name)
            place = known.index(element.name) if element is not None else last
            if place < last:
                self._fault(Check.TYPE, group[0], container, f"{name} før {known[last]}", f"{name} efter {known[last]}")
                return
            last = place

    def _referred(self, element: Element) -> Element:
        if not element.content_reference:
            return element
        return self.definitions.element(element.content_reference, element.profile) or element

    def _unknown(self, node: Node, containers: list[Element]) -> set[str]:
        """Faults for names no profile knows; the names of the choices that have a type they may not have."""
        choices: set[str] = set()
        for name, group in node.children.items():
            strangers = [each for each in containers if each.child(name) is None]
            if not strangers:
                continue
            container = self._firmest(strangers)
            choice = next((e for e in container.children.values() if e.is_choice and _is_choice_name(name, e.name)), None)
            if choice is not None and choice.max != 0:
                choices.add(choice.name)
                self._fault(Check.TYPE, group[0], choice, f"en af typerne {', '.join(t.code for t in choice.types)}", name)
            else:
                self._fault(Check.UNKNOWN, group[0], container, f"et element, som {container.id} har", name)
        return choices

    def _element(self, node: Node, element: Element, expected: dict[int, list[Element]], wrong_choices: set[str]) -> None:
        """One element of a profile: how often it is there, how it is listed, and its slices."""
        if element.is_choice:
            names = [name for name in node.children if element.type_of(name) is not None]
            if len(names) > 1:
                self._fault(Check.TYPE, node.children[names[1]][0], element, f"kun ét {element.name}[x]", ", ".join(names))
            found = [each for name in names for each in node.children[name]]
        else:
            found = node.children.get(element.name, [])
        if len(found) < element.min and element.name not in wrong_choices and element.name not in node.empty_lists:
            where = element.name if not found else ""
            self._fault(Check.CARDINALITY, found[-1] if found else node, element, _often(element), _times(found), missing=where)
        elif element.max is not None and len(found) > element.max:
            self._fault(Check.CARDINALITY, found[element.max], element, _often(element), _times(found))
        if found and found[0].listed is not None and found[0].listed != element.many:
            self._fault(Check.TYPE, found[0], element, "en liste" if element.many else "én værdi, ikke en liste", shown(found[0]))
        for each in found:
            expected.setdefault(id(each), []).append(element)
        if element.slices:
            self._slices(node, element, found, expected)

    def _slices(self, parent: Node, base: Element, found: list[Node], expected: dict[int, list[Element]]) -> None:
        """Sort the nodes of a sliced element, and count each slice."""
        counts: dict[str, list[Node]] = {each.slice_name: [] for each in base.slices}
        astray = unsure = False
        closed = (base.slicing or {}).get("rules") == "closed"
        for node in found:
            answers = [(each, self._sorter.belongs(node, base, each)) for each in base.slices]
            chosen = next((each for each, answer in answers if answer), None)
            if chosen is not None:
                counts[chosen.slice_name].append(node)
                expected[id(node)].append(chosen)
            elif any(answer is None for _, answer in answers):
                unsure = True
            elif closed:
                astray = True
                allowed = " eller ".join(self._sorter.wanted(base, each) for each in base.slices if each.max != 0)
                self._fault(Check.SLICE, node, base, allowed, shown(node))
        for slice_ in base.slices:
            inside = counts[slice_.slice_name]
            if len(inside) < slice_.min and not astray and not unsure:
                wanted = self._sorter.wanted(base, slice_)
                self._fault(Check.SLICE, parent, slice_, f"{_often(slice_)}: {wanted}", _times(inside), missing=base.name)
            elif slice_.max is not None and len(inside) > slice_.max:
                wanted = self._sorter.wanted(base, slice_)
                self._fault(Check.SLICE, inside[slice_.max], slice_, f"{_often(slice_)}: {wanted}", _times(inside))

    def _values(self, node: Node, element: Element, code: str) -> None:
        """Fixed value, pattern, length, codes, and what a reference points at."""
        for wanted, exactly in ((element.fixed, True), (element.pattern, False)):
            found = None if wanted is None else difference(node, wanted, exactly=exactly)
            if found is not None:
                self._fault(Check.FIXED, found.node, element, found.expected, found.actual, missing=found.missing)
        if element.max_length is not None and len(node.text or "") > element.max_length:
            self._fault(Check.TYPE, node, element, f"højst {element.max_length} tegn", f"{len(node.text or '')} tegn")
        if element.binding is not None and code in _CODED:
            self._binding(node, element, code, *element.binding)
        if code == "Reference":
            type_ = element.type_of(node.name)
            if type_ is not None and node.value("reference"):
                self._reference(node, element, type_)

    def _binding(self, node: Node, element: Element, code: str, strength: str, url: str) -> None:
        """Required: one coding must be in the value set. Extensible: a remark when its code system is and the code is not."""
        if strength not in ("required", "extensible"):
            return
        codes = self.definitions.codes(url)
        if codes is None:
            self.unchecked.add(f"værdisættet {url}")
            return
        codings = node.all("coding") if code == "CodeableConcept" else [node]
        told: list[tuple[Node, bool | None, bool]] = []
        for coding in codings:
            place = coding if coding.text is not None else coding.one("code")
            system = None if coding.text is not None else coding.value("system")
            known = system is None or any(system == each for each, _ in codes.codes)
            told.append((place or coding, codes.has(system, place.text or "") if place is not None else False, known))
        if any(answer for _, answer, _ in told):
            return
        if any(answer is None for _, answer, _ in told):
            self.unchecked.add(f"koder i værdisættet {url}")
            return
        if strength == "required":
            place = told[0][0] if told else node
            of_r4 = url.startswith(_R4_VALUE_SET) and url.endswith(
                "|4.0.1"
            )  # R4 itself binds: no version of a package changes it
            self._fault(Check.BINDING, place, element, f"en kode fra {url}", shown(place), source=url, of_r4=of_r4)
        elif told and all(known for _, _, known in told):
            self._fault(Check.BINDING, told[0][0], element, f"en kode fra {url}", shown(told[0][0]), remark="anbefalet værdisæt")

    def _reference(self, node: Node, element: Element, type_: Type) -> None:
        """A reference points at a resource of the right type and profile, in the message where the profile says so."""
        address, target = node.value("reference"), self.references.resolve(node)
        place = node.children["reference"][0]
        kinds = {self.definitions.type_of(url) for url in type_.targets}
        told = " eller ".join(sorted(url.rpartition("/")[2].partition("|")[0] for url in type_.targets))
        if target is None:
            if address.startswith("#") or type_.aggregation:
                where = "contained" if type_.aggregation == ("contained",) or address.startswith("#") else "beskeden"
                self._fault(Check.REFERENCE, place, element, f"en ressource, der er i {where}", f'"{address}"')
                return
            parts = address.partition("/_history/")[0].split("/")
            named = parts[-2] if len(parts) > 1 and parts[-2][:1].isupper() else ""
            if named and kinds and not kinds & {"", "Resource", named}:
                self._fault(Check.REFERENCE, place, element, f"en reference til {told}", f'"{address}"')
            return
        if not kinds or kinds & {"", "Resource"}:
            return
        if target.resource_type not in kinds:
            self._fault(Check.REFERENCE, place, element, f"en reference til {told}", f"en {target.resource_type}")
        elif not any(url.partition("|")[0] == CORE + target.resource_type or self.conforms(target, url) for url in type_.targets):
            self._fault(Check.REFERENCE, place, element, f"en reference til {told}", f'"{address}"', about=target)

    def _all_foreign(self, elements: list[Element]) -> bool:
        """True when nothing that may give a grade is known; then the base type is held against too."""
        return all(self.foreign(each.profile) for each in elements)

    def _firmest(self, elements: list[Element]) -> Element:
        """The first that may give a grade; else the first."""
        return next((each for each in elements if not self.foreign(each.profile)), elements[0])

    def foreign(self, url: str) -> str:
        """Why a definition gives no grade: it is from another version than the standard builds on. "" when it is not."""
        if url not in self._foreign:
            self._foreign[url] = self._why_foreign(url)
        return self._foreign[url]

    def _why_foreign(self, url: str) -> str:
        origin = self.definitions.origin(url)
        wanted = self.governing.dependencies.get(origin.name) if self.governing and origin else None
        if origin is None or wanted in (None, origin.version):
            return ""
        self.unchecked.add(f"{origin.name} {wanted}, som {self.governing} bygger på ({origin.version} er brugt i stedet)")
        return f"kun kendt fra {origin}"

    def _constrain(self, node: Node, elements: list[Element]) -> None:
        self.constraints += [(node, each, constraint) for each in elements for constraint in each.constraints]

    def _fault(
        self,
        check: Check,
        node: Node,
        element: Element,
        expected: str,
        actual: str,
        *,
        missing: str = "",
        remark: str = "",
        about: Node | None = None,
        source: str = "",
        of_r4: bool = False,
    ) -> None:
        if not of_r4:
            remark = remark or self.foreign(element.profile) or (self.foreign(source) if source else "")
        self.faults.append(Fault(check, node, expected, actual, element.id, element.profile, missing, remark, about))


def _is_choice_name(name: str, choice: str) -> bool:
    return name.startswith(choice) and name[len(choice) : len(choice) + 1].isupper()


def _often(element: Element) -> str:
    """A cardinality in words."""
    if element.max == 0:
        return "må ikke være der"
    if element.max is None:
        return f"mindst {element.min}"
    if element.min == element.max:
        return f"netop {element.min}"
    return f"{element.min} til {element.max}" if element.min else f"højst {element.max}"


def _times(found: list[Node]) -> str:
    return str(len(found)) if found else "mangler"
