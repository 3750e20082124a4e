// The server side of gRPC's interoperability cases, with @grpc/grpc-js.
// Usage: node server.js PORT PROTO_FOLDER   prints the port it listens on, and ends when its input does.
'use strict';

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [port, protos] = process.argv.slice(2);
const { testing } = grpc.loadPackageDefinition(loader.loadSync('grpc/testing/test.proto', { includeDirs: [protos], keepCase: true })).grpc;

const zeros = (size) => ({ body: Buffer.alloc(size) });

/** Sends the initial metadata back and returns the trailing ones. */
function echo(call) {
  const initial = call.metadata.get('x-grpc-test-echo-initial');
  if (initial.length > 0) {
    const headers = new grpc.Metadata();
    headers.set('x-grpc-test-echo-initial', initial[0]);
    call.sendMetadata(headers);
  }
  const trailers = new grpc.Metadata();
  const trailing = call.metadata.get('x-grpc-test-echo-trailing-bin');
  if (trailing.length > 0) trailers.set('x-grpc-test-echo-trailing-bin', trailing[0]);
  return trailers;
}

const asked = (request) => (request.response_status?.code ? { code: request.response_status.code, details: request.response_status.message } : null);

function answer(call, request) {
  for (const { size } of request.response_parameters ?? []) call.write({ payload: zeros(size) });
}

const server = new grpc.Server();
const { UnimplementedCall, CacheableUnaryCall, HalfDuplexCall, ...methods } = testing.TestService.service;
server.addService(methods, {
  EmptyCall: (call, done) => done(null, {}),
  UnaryCall(call, done) {
    const trailers = echo(call);
    const status = asked(call.request);
    if (status) done(status);
    else done(null, { payload: zeros(call.request.response_size) }, trailers);
  },
  StreamingOutputCall(call) {
    const trailers = echo(call);
    answer(call, call.request);
    call.end(trailers);
  },
  StreamingInputCall(call, done) {
    let size = 0;
    call.on('data', (request) => { size += request.payload.body.length; });
    call.on('end', () => done(null, { aggregated_payload_size: size }));
  },
  FullDuplexCall(call) {
    const trailers = echo(call);
    call.on('data', (request) => {
      const status = asked(request);
      if (status) call.emit('error', status);
      else answer(call, request);
    });
    call.on('end', () => call.end(trailers));
  },
});
server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) => {
  if (error) throw error;
  console.log(bound);
});
process.stdin.on('end', () => server.forceShutdown()).resume();
