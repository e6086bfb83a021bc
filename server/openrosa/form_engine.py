"""Fills in an XForm as ODK Collect does, without Java: relevance, calculations,
defaults, repeats, required answers, constraints and the entity in `meta`.

A survey that was made on paper is typed in by the form's own rules; the demo and the load
tests need hundreds of real submissions on a machine that has nothing but Python. Tests hold every result against JavaRosa, the engine inside Collect.
Not here: itext, media, choice filters on screen, anything that is only shown.
"""

import math
import uuid
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from lxml import etree

from server.openrosa.form_model import (
    JAVAROSA,
    XFORMS,
    Bind,
    plain,
    read_bind,
    read_defaults,
    read_list,
)
from server.openrosa.xpath_functions import (
    NAMESPACE,
    extensions,
    number,
    text,
    translated,
)

_MAX_PASSES = 12


class AnswerRefused(Exception):
    """The form does not take an answer, needs one that is missing, or never asked.

    `missing` and `wrong` are the places of all of these.
    """

    def __init__(
        self, unasked: Sequence[str], missing: Sequence[str], wrong: Mapping[str, str]
    ) -> None:
        self.missing, self.wrong = tuple(missing), dict(wrong)
        said = [f"never asked: {', '.join(unasked)}"] if unasked else []
        said += [f"missing: {place}" for place in missing]
        said += [f"{place} = {given!r}" for place, given in wrong.items()]
        super().__init__("; ".join(said))


class Form:
    """A form with its lists, ready to be filled in any number of times."""

    def __init__(self, xform: bytes, media: Mapping[str, bytes]) -> None:
        model = etree.fromstring(xform).find(f".//{XFORMS}model")
        first = model.find(f"{XFORMS}instance")
        self.template = plain(first[0])
        self.binds = [read_bind(each) for each in model.iterfind(f"{XFORMS}bind")]
        self.defaults = read_defaults(model)
        body = model.getroottree().getroot()
        self.counts = {
            each.get("nodeset"): each.get(f"{JAVAROSA}count").strip()
            for each in body.iter(f"{XFORMS}repeat")
            if each.get(f"{JAVAROSA}count")
        }
        self.lists = etree.Element("instances")
        for instance in model.iterfind(f"{XFORMS}instance[@id]"):
            self.lists.append(read_list(instance, media))
        self.paths = {
            path: etree.XPath(path)
            for path in {bind.path.partition("/@")[0] for bind in self.binds}
        }
        self.rows = frozenset(path.rpartition("/")[2] for path in self.counts)
        self.dates = frozenset(b.path for b in self.binds if b.type == "date")
        self.compiled: dict[tuple[str, bool, date], etree.XPath] = {}

    def fill(
        self,
        answers: Mapping[str, Any],
        *,
        at: datetime,
        ended_at: datetime,
        device_id: str = "collect:demo",
        username: str = "",
        edit_of: str | None = None,
        only_asked: bool = False,
    ) -> bytes:
        """The instance XML with `answers` by path below the root, as Collect sends it.

        Paths look like "/household/roster/member[1]/person/sex"; lists are multiple
        choices. `edit_of` is the instance id that this submission replaces. With
        `only_asked`, answers to what the form does not ask are left out. Raises
        `AnswerRefused` as the form would.
        """
        known = {
            "start": at.isoformat(timespec="milliseconds"),
            "end": ended_at.isoformat(timespec="milliseconds"),
            "deviceid": device_id,
            "username": username,
        }
        return _Filling(self, answers, known, at).finished(edit_of, only_asked)


class _Filling:
    """One instance on its way from empty to sent."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Any],
        known: dict[str, str],
        at: datetime,
    ) -> None:
        self.form = form
        self.answers = {
            path: " ".join(value) if isinstance(value, list) else str(value)
            for path, value in answers.items()
        }
        self.known = known
        self.today = at.date()
        self.functions = extensions(self.today)
        self.root = deepcopy(form.template)
        self.root.append(deepcopy(form.lists))
        self.rows = {path: self._take_template(path) for path in form.counts}
        self.irrelevant: set[Any] = set()
        self.touched: set[str] = set()

    def finished(self, edit_of: str | None, only_asked: bool) -> bytes:
        self._settle()
        self._check(only_asked)
        self.root.remove(self.root.find("instances"))
        for node in self.irrelevant:
            if node.getparent() is not None:
                node.getparent().remove(node)
        meta = self.root.find("meta")
        meta.find("instanceID").text = f"uuid:{uuid.uuid4()}"
        if edit_of is not None:
            etree.SubElement(meta, "deprecatedID").text = edit_of
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")

    def _take_template(self, path: str) -> Any:
        """One empty row of a repeat; the rows that stand in the form go."""
        rows = self.root.xpath(path)
        for row in rows:
            row.getparent().remove(row)
        return rows[0]

    def _settle(self) -> None:
        """Compute until nothing changes any more, as a form does after each answer."""
        for _ in range(_MAX_PASSES):
            changed = self._resize_repeats()
            self.irrelevant.clear()
            for bind in self.form.binds:
                for node, attribute in self._nodes(bind.path):
                    changed |= self._compute(bind, node, attribute)
            if not changed:
                return
        raise RuntimeError("the form's calculations go round in a circle")

    def _resize_repeats(self) -> bool:
        changed = False
        for path, count in self.form.counts.items():
            parent_path, name = path.rsplit("/", 1)
            (parent,) = self.root.xpath(parent_path)
            said = number(self._evaluate(count, parent))
            wanted = 0 if math.isnan(said) else int(said)
            rows = parent.findall(name)
            while len(rows) < wanted:
                rows.append(deepcopy(self.rows[path]))
                parent.append(rows[-1])
                changed = True
            for extra in rows[wanted:]:
                parent.remove(extra)
                changed = True
        return changed

    def _nodes(self, path: str) -> list[tuple[Any, str]]:
        path, _, attribute = path.partition("/@")
        return [(node, attribute) for node in self.form.paths[path](self.root)]

    def _compute(self, bind: Bind, node: Any, attribute: str) -> bool:
        if bind.relevant and not self._evaluate(f"boolean({bind.relevant})", node):
            self.irrelevant.update(node.iter())
        if node in self.irrelevant:
            return self._put(node, attribute, "") if len(node) == 0 else False
        if len(node) and not attribute:
            return False
        place = self._place(node)
        if place in self.answers and not attribute:
            self.touched.add(place)
            return self._put(node, "", _typed(bind.type, self.answers[place]))
        if bind.preload:
            return self._put(node, "", self.known.get(bind.preload[1], ""))
        if bind.calculate:
            return self._put(
                node, attribute, _sent(self._evaluate(bind.calculate, node))
            )
        default = self.form.defaults.get(bind.path)
        if default and not node.text:
            return self._put(node, "", text(self._evaluate(default, node)))
        return False

    def _put(self, node: Any, attribute: str, value: str) -> bool:
        value = "" if value == "NaN" else value
        if attribute:
            changed = node.get(attribute, "") != value
            node.set(attribute, value)
            return bool(changed)
        changed = (node.text or "") != value
        node.text = value or None
        return bool(changed)

    def _evaluate(self, expression: str, node: Any, is_date: bool = False) -> Any:
        key = expression, is_date, self.today
        compiled = self.form.compiled.get(key)
        if compiled is None:
            dates = self.form.dates | {"."} if is_date else self.form.dates
            compiled = self.form.compiled[key] = etree.XPath(
                translated(expression, dates),
                namespaces={"f": NAMESPACE},
                extensions=self.functions,
            )
        return compiled(node)

    def _place(self, node: Any) -> str:
        """Its path below the root, with the numbers of rows."""
        if node is self.root:
            return "/"
        above = self._place(node.getparent()).rstrip("/")
        if node.tag not in self.form.rows:
            return f"{above}/{node.tag}"
        nth = 1 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))
        return f"{above}/{node.tag}[{nth}]"

    def _check(self, only_asked: bool) -> None:
        unasked = [] if only_asked else sorted(self.answers.keys() - self.touched)
        missing: list[str] = []
        wrong: dict[str, str] = {}
        for bind in self.form.binds:
            for node, attribute in self._nodes(bind.path):
                if node in self.irrelevant or attribute or len(node):
                    continue
                if bind.is_required and not node.text:
                    missing.append(self._place(node))
                if bind.constraint and node.text:
                    rule, is_date = f"boolean({bind.constraint})", bind.type == "date"
                    if not self._evaluate(rule, node, is_date):
                        wrong[self._place(node)] = node.text
        if unasked or missing or wrong:
            raise AnswerRefused(unasked, missing, wrong)


def _typed(kind: str, answer: str) -> str:
    """A typed answer as the engine writes it: 60 m² are "60.0"."""
    if kind not in ("decimal", "geopoint"):
        return answer
    return " ".join(str(float(part)) for part in answer.split())


def _sent(value: Any) -> str:
    """A computed value as the engine writes it: a boolean is 1 or 0."""
    return str(int(value)) if isinstance(value, bool) else text(value)
