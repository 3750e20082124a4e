// What the scripts here have in common: the contract, loaded as a client would, calls as promises, errors as data.
'use strict';

const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const [target, protos] = process.argv.slice(2);
const files = [
  'engine/v1/agent_service.proto', 'engine/v1/conversation_service.proto', 'engine/v1/customer_service.proto',
  'engine/v1/event_service.proto', 'engine/v1/inbound_service.proto', 'engine/v1/queue_service.proto',
  'engine/v1/sla_service.proto', 'engine/v1/workspace_service.proto',
  'grpc/health/v1/health_service.proto', 'grpc/reflection/v1/reflection_service.proto',
];
const api = grpc.loadPackageDefinition(loader.loadSync(
  files, { includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true }));
const details = new protobuf.Root();
details.resolvePath = (_, file) => path.join(protos, file);
details.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);

const make = (service) => new service(target, grpc.credentials.createInsecure());

const withKey = (key = process.env.ENGINE_KEY) => {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  return metadata;
};
const inSeconds = (seconds) => ({ deadline: new Date(Date.now() + seconds * 1000) });

function call(client, method, request, { metadata = withKey(), options = inSeconds(300) } = {}) {
  return new Promise((resolve, reject) => {
    const trailers = {};
    const running = client[method](request, metadata, options, (error, response) =>
      error ? reject(error) : resolve({ response, trailers }));
    running.on('status', (status) => Object.assign(trailers, status.metadata.getMap()));
  });
}

function failure(error) {
  const seen = { code: grpc.status[error.code], message: error.details, reason: null, domain: null, fields: [], types: [] };
  const bytes = error.metadata?.get('grpc-status-details-bin')[0];
  if (!bytes) return seen;
  const status = details.lookupType('google.rpc.Status').decode(bytes);
  seen.status_code = status.code;
  for (const detail of status.details) {
    const name = detail.type_url.split('/').pop();
    seen.types.push(name);
    const message = details.lookupType(name).decode(detail.value);
    if (name === 'google.rpc.ErrorInfo') Object.assign(seen, { reason: message.reason, domain: message.domain, metadata: message.metadata });
    if (name === 'google.rpc.BadRequest') seen.fields = message.fieldViolations.map((field) => field.field);
  }
  return seen;
}

const refusal = (...args) => call(...args).then(() => ({ code: 'OK' }), failure);

module.exports = { api, grpc, make, withKey, inSeconds, call, failure, refusal };
