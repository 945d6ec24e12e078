"""Reads the schema of the google provider out of its CDK binding.

The binding (PyPI `cdktn-provider-google`) is generated from the provider's own schema, so it still says of each argument
whether it is required, optional or computed, its type, whether it is a block, and in its docs which values it takes. This
turns that back into the shape of `terraform providers schema -json`, one file a resource: the server reads only those that a
configuration names.

What the binding doesn't tell is not in here: ConflictsWith, ForceNew, defaults, and what Google's servers check. `rules.py`
has those that bit us.
"""

import json
import re
import sys
import tarfile
from pathlib import Path

CLASS = re.compile(r"^class (\w+) extends cdktn\.(\w+) \{\n(.*?)^\}", re.M | re.S)
TO_HCL = re.compile(r"^function (\w+)ToHclTerraform\(struct\) \{\n(.*?)^\}", re.M | re.S)
ATTRIBUTE = re.compile(
    r"// (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n(.*?)(?=\n    // \w+ - computed:|\Z)",
    re.S,
)
HCL = re.compile(r'^ +(\w+): \{\n +value: .*?\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)"', re.M)
INTERFACE = re.compile(r"export interface (\w+)(?: extends [\w.]+)? \{\n(.*?)\n\}", re.S)
DOC = re.compile(r"/\*\*\n((?:(?!\*/).)*?)\*/\s+readonly (\w+)\??: ", re.S)
# References between the files of one package: `index_1.Foo`, `structs0_1.Foo`.
QUALIFIER = re.compile(r"\b(?:index|structs)\w*_\d+\.(?=\w)")

GETTERS = {
    "String": "string",
    "Number": "number",
    "Boolean": "bool",
    "List": ["list", "string"],
    "NumberList": ["list", "number"],
    "BooleanList": ["list", "bool"],
    "StringMap": ["map", "string"],
    "NumberMap": ["map", "number"],
    "BooleanMap": ["map", "bool"],
    "AnyMap": ["map", "dynamic"],
    "StringMapList": ["list", ["map", "string"]],
}
STORAGE = {
    "string": "string",
    "boolean": "bool",
    "number": "number",
    "stringMap": ["map", "string"],
    "stringList": ["list", "string"],
    "numberList": ["list", "number"],
}
KINDS = {"TerraformResource": "resource", "TerraformDataSource": "data", "TerraformProvider": "provider"}


def camel(snake):
    first, *rest = snake.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def lower_first(name):
    return name[:1].lower() + name[1:]


class Package:
    """The sources of one resource: its classes, how they write HCL, and its docs."""

    def __init__(self, sources, typings):
        text = QUALIFIER.sub("", sources)
        self.classes = {name: (base, body) for name, base, body in CLASS.findall(text)}
        self.writers = dict(TO_HCL.findall(text))
        self.docs = {}
        for interface, body in INTERFACE.findall(typings):
            for doc, prop in DOC.findall(body):
                plain = re.sub(r"\s*\n\s*\*\s?", "\n", "\n" + doc)
                self.docs[interface, prop] = plain.split("Docs at Terraform Registry")[0].strip(" \n*")

    def schemas(self):
        for name, (base, body) in self.classes.items():
            if base in KINDS:
                found = re.search(r'static tfResourceType = "(\w+)"', body)
                written = body.split("synthesizeHclAttributes()")[1]
                yield KINDS[base], found[1], self.block(name, name + "Config", written, ())

    def block(self, class_name, interface, written, seen):
        if class_name in seen:  # A recursive type: one level is all that a configuration of ours could use.
            return {"attributes": {}, "block_types": {}}
        hcl = {name: rest for name, *rest in HCL.findall(written)}
        result = {"attributes": {}, "block_types": {}}
        for name, computed, optional, required, body in ATTRIBUTE.findall(self.classes[class_name][1]):
            flags = {"computed": computed == "true", "optional": optional == "true", "required": required == "true"}
            flags = {flag: True for flag, on in flags.items() if on}
            doc = self.docs.get((interface, camel(name)), "")
            is_block, kind, storage = hcl.get(name, ("", "", ""))
            nested = re.search(rf'new (\w+)\(this, "{name}"(?:, (true|false))?\)', body)
            if not nested:
                result["attributes"][name] = {"type": self.plain(name, body, kind, storage), **flags, "doc": doc}
                continue
            reference, is_set = nested[1], nested[2] == "true"
            single = self.classes[reference][0] == "ComplexObject"
            if not single:
                reference = re.search(r"return new (\w+)\(", self.classes[reference][1])[1]
            struct = reference.removesuffix("OutputReference")
            inner = self.block(reference, struct, self.writers.get(lower_first(struct), ""), (*seen, class_name))
            kind = kind or ("set" if is_set else "list")
            if is_block == "true":
                bounds = {"min_items": int("required" in flags), "max_items": int(single)} if kind != "struct" else {}
                mode = "single" if kind == "struct" else kind
                result["block_types"][name] = {"nesting_mode": mode, "block": inner, **bounds}
            else:
                kind = "list" if kind in ("struct", "simple") else kind
                result["attributes"][name] = {"type": [kind, object_type(inner)], **flags, "doc": doc}
        return result

    @staticmethod
    def plain(name, body, kind, storage):
        if member := re.search(rf'new cdktn\.(\w+)\(this, "{name}"', body):
            return GETTERS[member[1]]
        if getter := re.search(rf"(Fn\.tolist\()?this\.get(\w+)Attribute\('{name}'", body):
            result = GETTERS[getter[2]]
            as_set = getter[1] or kind == "set"
            return ["set", result[1]] if as_set and isinstance(result, list) else result
        return STORAGE.get(storage, "dynamic")


def object_type(block):
    fields = {name: attribute["type"] for name, attribute in block["attributes"].items()}
    nested = {name: [b["nesting_mode"], object_type(b["block"])] for name, b in block["block_types"].items()}
    return ["object", fields | nested]


def extract(tarball, out):
    """Writes `out`/{resource,data}/<type>.json and `out`/provider/google.json; returns how many files."""
    index, structs = re.compile(r"package/lib/([^/]+)/index(\.d\.ts|\.js)$"), re.compile(r"package/lib/([^/]+)/index-structs/structs\d+(\.d\.ts|\.js)$")
    packages = {}
    with tarfile.open(tarball) as archive:
        for member in archive:
            if match := index.match(member.name) or structs.match(member.name):
                text = archive.extractfile(member).read().decode()
                packages.setdefault(match[1], {".js": "", ".d.ts": ""})[match[2]] += text + "\n"
    count = 0
    for _, texts in sorted(packages.items()):
        for kind, name, block in Package(texts[".js"], texts[".d.ts"]).schemas():
            target = Path(out, kind, name + ".json")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(block))
            count += 1
    return count


if __name__ == "__main__":
    print(extract(sys.argv[1], sys.argv[2]), "schemas")
