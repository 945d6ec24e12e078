#!/usr/bin/env python3
"""Condenses libphonenumber's metadata into phones.txt, which build.rs compiles into a table.

    pip install phonenumbers==9.0.43
    python3 filters/pii/data/phones.py > filters/pii/data/phones.txt

libphonenumber says by a regular expression for each country and kind of line which numbers have been assigned. What
is kept of it: for each calling code, which lengths a national number may have, by its first DEPTH digits. Python
3.11 or later; the output depends on nothing but the version of the metadata.
"""

import re._constants as op
import re._parser as parser
import sys
from collections import defaultdict

import phonenumbers
from phonenumbers import PhoneMetadata

VERSION = "9.0.43"
DEPTH = 3
# E.164: 15 digits with the calling code. Shorter than 7 is no number that is dialled from abroad.
SHORTEST, LONGEST = 7, 15
# Lines with direct dialling-in may be longer, without a limit that the metadata knows. Such lengths would let a number
# swallow whatever number comes next, so they end where written numbers do.
NATIONAL_LONGEST = {"49": 11, "43": 12, "62": 12, "55": 11, "81": 10, "850": 10, "54": 11}
# The North American plan takes new area codes every year: what counts is the form that any of them has.
WHOLE_PLAN = {"1": ["[2-9](?:[02-8][0-9]|1[02-9])[2-9][0-9]{6}"]}
KINDS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager",
    "uan",
)  # fmt: skip


class Automaton:
    """Thompson's construction for the few operators that the metadata use."""

    def __init__(self, pattern):
        self.empty, self.step = defaultdict(list), defaultdict(list)
        self.count = 0
        self.start = self.state()
        self.end = self.sequence(parser.parse(pattern), self.start)

    def state(self):
        self.count += 1
        return self.count

    def sequence(self, items, at):
        for kind, value in items:
            at = self.item(kind, value, at)
        return at

    def item(self, kind, value, at):
        if kind in (op.LITERAL, op.IN):
            to = self.state()
            self.step[at].append((digits(kind, value), to))
            return to
        if kind is op.SUBPATTERN:
            return self.sequence(value[3], at)
        if kind is op.BRANCH:
            end = self.state()
            for branch in value[1]:
                self.empty[self.sequence(branch, at)].append(end)
            return end
        if kind is op.MAX_REPEAT:
            least, most, body = value
            for _ in range(least):
                at = self.sequence(body, at)
            end = self.state()
            for _ in range(most - least):
                self.empty[at].append(end)
                at = self.sequence(body, at)
            self.empty[at].append(end)
            return end
        raise ValueError(f"{kind} isn't known")

    def closure(self, states):
        todo = list(states)
        seen = set(todo)
        while todo:
            for to in self.empty[todo.pop()]:
                if to not in seen:
                    seen.add(to)
                    todo.append(to)
        return frozenset(seen)

    def after(self, states, digit=None):
        """The states behind one digit; None is any."""
        steps = (step for state in states for step in self.step[state])
        return self.closure(to for allowed, to in steps if digit is None or digit in allowed)

    def lengths(self, states, before):
        found = set()
        for length in range(before, LONGEST + 1):
            if self.end in states:
                found.add(length)
            states = self.after(states)
        return found


def digits(kind, value):
    """The digits that an item of one character stands for."""
    if kind is op.LITERAL:
        return frozenset(chr(value))
    found = set()
    for kind, value in value:
        if kind is op.LITERAL:
            found.add(chr(value))
        elif kind is op.RANGE:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif kind is op.CATEGORY and value is op.CATEGORY_DIGIT:
            found.update("0123456789")
        else:
            raise ValueError(f"{kind} isn't known")
    return frozenset(found)


def lengths_by_prefix(patterns, allowed):
    """A tree: a set of lengths, or a child for each digit."""
    automata = [Automaton(pattern) for pattern in patterns]

    def node(depth, states):
        reached = [(a, s) for a, s in zip(automata, states)]
        here = set().union(*(a.lengths(s, depth) for a, s in reached)) & allowed
        if depth == DEPTH or not here:
            return frozenset(here)
        children = {}
        for digit in "0123456789":
            children[digit] = node(depth + 1, [a.after(s, digit) for a, s in reached])
        if len(set(children.values())) == 1 and isinstance(children["0"], frozenset):
            return children["0"]
        return Tree(children)

    return node(0, [a.closure([a.start]) for a in automata])


class Tree(dict):
    """Compares by what it holds, so that equal subtrees are written once."""

    def __hash__(self):
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))


def written(tree):
    """`2[0-9]3:9,10`: lengths of what begins so; a subtree in parentheses: `2(0:9 1:10)`."""
    if isinstance(tree, frozenset):
        return ":" + ",".join(map(str, sorted(tree)))
    alike = defaultdict(list)
    for digit, child in tree.items():
        if child:
            alike[child].append(digit)
    parts = []
    for child, group in alike.items():
        below = written(child)
        parts.append("".join(group) + (below if isinstance(child, frozenset) else f"({below})"))
    return " ".join(parts)


def main():
    if phonenumbers.__version__ != VERSION:
        sys.exit(f"install phonenumbers {VERSION}")
    print(f"# libphonenumber's metadata (Apache-2.0), version {VERSION}, condensed by phones.py.")
    print("# Calling code, trunk prefix or -, and the lengths of national numbers by their first digits.")
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        patterns, trunk = set(), None
        for region in regions:
            if region == "001":
                metadata = PhoneMetadata.metadata_for_nongeo_region(code)
            else:
                metadata = PhoneMetadata.metadata_for_region(region)
            trunk = trunk or metadata.national_prefix
            for kind in KINDS:
                desc = getattr(metadata, kind)
                if desc and desc.national_number_pattern:
                    patterns.add(desc.national_number_pattern)
        code = str(code)
        patterns = WHOLE_PLAN.get(code, patterns)
        longest = min(LONGEST - len(code), NATIONAL_LONGEST.get(code, LONGEST))
        allowed = set(range(SHORTEST - len(code), longest + 1))
        print(code, trunk or "-", written(lengths_by_prefix(sorted(patterns), allowed)))


main()
