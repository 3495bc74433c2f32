"""What a reference in a Bundle points at.

Source: HL7 FHIR R4, Bundle, `Resolving references in Bundles`: a full address is an entry's fullUrl; a relative one (`Patient/1`)
is the end of a fullUrl that is a web address; `#id` is a contained resource.
"""

from __future__ import annotations

from harness.standards.fhir.tree import Node, Tree


class References:
    """The resources of one message by how they can be pointed at."""

    def __init__(self, tree: Tree) -> None:
        self._by_address: dict[str, Node] = {}
        for entry in tree.root.all("entry"):
            address, resource = entry.value("fullUrl"), entry.one("resource")
            if address and resource is not None:
                self._by_address.setdefault(address, resource)
                if not address.startswith("urn:"):
                    self._by_address.setdefault("/".join(address.split("/")[-2:]), resource)

    def resolve(self, node: Node) -> Node | None:
        """The resource that a Reference (or its text) points at; None when it is not in the message."""
        address = node.value("reference") if "reference" in node.children else node.text or ""
        if address.startswith("#"):
            holder = node.resource()
            while holder.name == "contained" and holder.parent is not None:
                holder = holder.parent.resource()
            return next((each for each in holder.children.get("contained", ()) if each.value("id") == address[1:]), None)
        return self._by_address.get(address.partition("/_history/")[0])
