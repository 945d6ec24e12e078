"""A stand-in for the google provider: its schema, no cloud.

Terraform starts this as it starts any provider and speaks its plugin protocol (version 5, gRPC) with it. Init, validate, plan,
apply and test then run as they would, against the real schema: unknown and missing arguments, wrong types, blocks that come too
often, values outside of an enum and the rules of `rules.py` are errors. An apply makes up what Google would answer; a second
plan is empty unless a configuration disagrees with itself.

Not here: credentials, quotas, IAM, ForceNew, what one resource means for another.
"""

import hashlib
import json
import os
import signal
import sys
import tempfile
import threading
from concurrent import futures
from functools import cache
from pathlib import Path

import grpc
import msgpack
import rules
import values

HOME = Path(os.environ["STAND_IN_HOME"])
sys.path.insert(0, str(HOME))
import tfplugin5_pb2 as pb  # noqa: E402  (compiled into HOME)

COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"  # Terraform's, and no secret: it tells a plugin's start from a user's.
NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}


@cache
def block_of(kind, name):
    return json.loads((HOME / "schema" / kind / f"{name}.json").read_text())


def block_message(block):
    message = pb.Schema.Block()
    for name, attribute in block["attributes"].items():
        flags = {flag: attribute.get(flag, False) for flag in ("required", "optional", "computed")}
        message.attributes.add(name=name, type=json.dumps(attribute["type"]).encode(), **flags)
    for name, nested in block["block_types"].items():
        bounds = {bound: nested.get(bound, 0) for bound in ("min_items", "max_items")}
        added = message.block_types.add(type_name=name, nesting=NESTING[nested["nesting_mode"]], **bounds)
        added.block.CopyFrom(block_message(nested["block"]))
    return message


def schema_response():
    """The schema as bytes, made once. STAND_IN_TYPES names the types that it is to have; all 1,847 of them, if it isn't set, cost
    each of Terraform's many calls a second."""
    wanted = os.environ.get("STAND_IN_TYPES", "")
    stored = HOME / f"schema-{hashlib.sha256(wanted.encode()).hexdigest()[:16]}.pb"
    if not stored.exists():
        response = pb.GetProviderSchema.Response()
        response.provider.block.CopyFrom(block_message(block_of("provider", "google")))
        for kind, target in (("resource", response.resource_schemas), ("data", response.data_source_schemas)):
            for path in sorted((HOME / "schema" / kind).glob("*.json")):
                if not wanted or path.stem in wanted.split(","):
                    target[path.stem].block.CopyFrom(block_message(block_of(kind, path.stem)))
        part = stored.with_suffix(f".{os.getpid()}")
        part.write_bytes(response.SerializeToString())
        part.replace(stored)
    return stored.read_bytes()


def unpack(dynamic):
    if dynamic.msgpack:
        return msgpack.unpackb(dynamic.msgpack, raw=False, strict_map_key=False)
    return json.loads(dynamic.json) if dynamic.json else None


def pack(value):
    return pb.DynamicValue(msgpack=msgpack.packb(value, use_bin_type=True))


def diagnostics(found):
    result = []
    for path, message in found:
        diagnostic = pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=message)
        for step in path:
            if isinstance(step, int):
                diagnostic.attribute.steps.add(element_key_int=step)
            else:
                diagnostic.attribute.steps.add(attribute_name=step)
        result.append(diagnostic)
    return result


class Provider:
    """One method for each call of the protocol, named as there."""

    project, region, labels = "stand-in", "europe-west1", {}

    def PrepareProviderConfig(self, request):
        return pb.PrepareProviderConfig.Response(prepared_config=request.config)

    def Configure(self, request):
        config = unpack(request.config) or {}
        for name, argument in (("project", "project"), ("region", "region"), ("labels", "default_labels")):
            if config.get(argument) and not values.is_unknown(config[argument]):
                setattr(self, name, config[argument])
        return pb.Configure.Response()

    def ValidateResourceTypeConfig(self, request):
        config = unpack(request.config)
        found = [*values.mistakes(block_of("resource", request.type_name), config), *rules.broken(request.type_name, config)]
        return pb.ValidateConfig.Response(diagnostics=diagnostics(found))

    def ValidateDataSourceConfig(self, request):
        found = values.mistakes(block_of("data", request.type_name), unpack(request.config))
        return pb.ValidateConfig.Response(diagnostics=diagnostics(found))

    def UpgradeResourceState(self, request):
        return pb.UpgradeResourceState.Response(upgraded_state=pack(json.loads(request.raw_state.json)))

    def ReadResource(self, request):
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request):
        proposed, prior = unpack(request.proposed_new_state), unpack(request.prior_state)
        if proposed is not None and proposed != prior:
            proposed = values.planned(block_of("resource", request.type_name), proposed, prior)
            proposed = values.labels(proposed, self.labels)
        # The google provider is of this kind too: Terraform then forgives it small inconsistencies.
        return pb.PlanResourceChange.Response(planned_state=pack(proposed), legacy_type_system=True)

    def ApplyResourceChange(self, request):
        state = unpack(request.planned_state)
        if state is not None:
            state = self.made(("resource", request.type_name), state)
        return pb.ApplyResourceChange.Response(new_state=pack(state), legacy_type_system=True)

    def ReadDataSource(self, request):
        block = block_of("data", request.type_name)
        return pb.ReadDataSource.Response(state=pack(self.made(("data", request.type_name), values.planned(block, unpack(request.config)))))

    def made(self, key, value):
        """Resolves what is unknown; a resource's labels are known only now where they hang on another resource."""
        guess = values.guesser(key[1], value, self.project, self.region)
        return values.labels(values.applied(block_of(*key), value, guess), self.labels)


def handlers(provider):
    def unary(message, method):
        return grpc.unary_unary_rpc_method_handler(
            lambda request, _: method(request),
            request_deserializer=message.FromString,
            response_serializer=lambda response: response if isinstance(response, bytes) else response.SerializeToString(),
        )

    requests = {
        "PrepareProviderConfig": pb.PrepareProviderConfig.Request,
        "Configure": pb.Configure.Request,
        "ValidateResourceTypeConfig": pb.ValidateConfig.Request,
        "ValidateDataSourceConfig": pb.ValidateConfig.Request,
        "UpgradeResourceState": pb.UpgradeResourceState.Request,
        "ReadResource": pb.ReadResource.Request,
        "PlanResourceChange": pb.PlanResourceChange.Request,
        "ApplyResourceChange": pb.ApplyResourceChange.Request,
        "ReadDataSource": pb.ReadDataSource.Request,
    }
    methods = {name: unary(message, getattr(provider, name)) for name, message in requests.items()}
    methods["GetSchema"] = unary(pb.GetProviderSchema.Request, lambda _: schema_response())
    methods["Stop"] = unary(pb.GetProviderSchema.Request, lambda _: b"")
    return grpc.method_handlers_generic_handler("tfplugin5.Provider", methods)


def controller(done):
    """Terraform's word for "end now": without it the process is killed, and leaves its socket behind."""

    def shutdown(_, context):
        context.add_callback(done.set)
        return b""

    return grpc.method_handlers_generic_handler("plugin.GRPCController", {"Shutdown": grpc.unary_unary_rpc_method_handler(shutdown)})


def main():
    if os.environ.get("TF_PLUGIN_MAGIC_COOKIE") != COOKIE:
        sys.exit("a stand-in for the google provider: Terraform starts it, see infrastructure/tests")
    unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(4), options=unlimited)
    done = threading.Event()
    server.add_generic_rpc_handlers([handlers(Provider()), controller(done)])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is Terraform's to handle; it ends its providers itself.
    signal.signal(signal.SIGTERM, lambda *_: done.set())
    with tempfile.TemporaryDirectory(prefix="tf-") as folder:
        socket = f"{folder}/provider"
        server.add_insecure_port(f"unix:{socket}")
        server.start()
        print(f"1|5|unix|{socket}|grpc", flush=True)
        done.wait()
        server.stop(grace=1).wait()


if __name__ == "__main__":
    main()
