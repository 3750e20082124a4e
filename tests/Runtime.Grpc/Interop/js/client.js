// The client side of gRPC's interoperability cases, with @grpc/grpc-js.
// Usage: node client.js HOST:PORT PROTO_FOLDER CASE...   prints a line of JSON for each case: its name, and null or what is wrong.
'use strict';

const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [target, protos, ...names] = process.argv.slice(2);
const { testing } = grpc.loadPackageDefinition(loader.loadSync('grpc/testing/test.proto', { includeDirs: [protos], keepCase: true })).grpc;
const insecure = grpc.credentials.createInsecure();
const client = new testing.TestService(target, insecure);
// Compression is chosen for a channel.
const gzip = new testing.TestService(target, insecure, {
  'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip,
});
const noCompress = 2;

const limit = () => ({ deadline: Date.now() + 60_000 });
const zeros = (size) => ({ body: Buffer.alloc(size) });
const large = (more) => ({ response_size: 314159, payload: zeros(271828), ...more });
const ping = (request, response) => ({ payload: zeros(request), response_parameters: [{ size: response }] });
const upload = (size, more) => ({ payload: zeros(size), ...more });
const flag = (value) => ({ value });
const size = (response) => response.payload.body.length;

/** The response of a call with one, its metadata, and for uploads what writes. */
function single(start) {
  const seen = {};
  seen.response = new Promise((resolve, reject) => {
    seen.call = start((error, response) => (error ? reject(error) : resolve(response)));
    watch(seen);
  });
  return seen;
}

/** The responses of a stream. */
function stream(call) {
  const seen = watch({ call, sizes: [] });
  seen.end = new Promise((resolve, reject) => call.on('end', resolve).on('error', reject));
  seen.next = () => new Promise((resolve, reject) => {
    seen.end.then(() => reject(new Error('the stream ended')), reject);
    seen.resolve = resolve;
  });
  call.on('data', (response) => {
    seen.sizes.push(size(response));
    seen.resolve?.(size(response));
  });
  return seen;
}

function watch(seen) {
  seen.call.on('metadata', (metadata) => { seen.headers = metadata; });
  seen.status = new Promise((resolve) => seen.call.on('status', resolve));
  return seen;
}

const unary = (method, request, options = limit(), on = client) => single((done) => on[method](request, options, done)).response;

async function fails(code, promise, details) {
  const error = await promise.then(() => assert.fail(`OK instead of ${grpc.status[code]}`), (e) => e);
  assert.equal(grpc.status[error.code], grpc.status[code], String(error.stack));
  if (details !== undefined) assert.equal(error.details, details);
}

async function echoStatus(message) {
  const response_status = { code: 2, message };
  await fails(grpc.status.UNKNOWN, unary('UnaryCall', { response_status }), message);
  const { call, end } = stream(client.FullDuplexCall(limit()));
  call.write({ response_status });
  call.end();
  await fails(grpc.status.UNKNOWN, end, message);
}

/** Past Writable.write, which takes no flags. */
const writeWith = (call, message, flags) => new Promise((resolve, reject) => {
  call._write(message, flags, (error) => (error ? reject(error) : resolve()));
});

const cases = {
  async empty_unary() { assert.deepEqual(await unary('EmptyCall', {}), {}); },
  async large_unary() { assert.equal(size(await unary('UnaryCall', large())), 314159); },
  async client_streaming() {
    const { call, response } = single((done) => client.StreamingInputCall(limit(), done));
    for (const bytes of [27182, 8, 1828, 45904]) call.write(upload(bytes));
    call.end();
    assert.equal((await response).aggregated_payload_size, 74922);
  },
  async server_streaming() {
    const sizes = [31415, 9, 2653, 58979];
    const seen = stream(client.StreamingOutputCall({ response_parameters: sizes.map((bytes) => ({ size: bytes })) }, limit()));
    await seen.end;
    assert.deepEqual(seen.sizes, sizes);
  },
  async ping_pong() {
    const seen = stream(client.FullDuplexCall(limit()));
    for (const [request, response] of [[27182, 31415], [8, 9], [1828, 2653], [45904, 58979]]) {
      const next = seen.next();
      seen.call.write(ping(request, response));
      assert.equal(await next, response);
    }
    seen.call.end();
    await seen.end;
    assert.equal(seen.sizes.length, 4);
  },
  async empty_stream() {
    const seen = stream(client.FullDuplexCall(limit()));
    seen.call.end();
    await seen.end;
    assert.deepEqual(seen.sizes, []);
  },
  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
    metadata.set('x-grpc-test-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab]));
    const check = async ({ headers, status }) => {
      assert.deepEqual(headers.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
      assert.deepEqual((await status).metadata.get('x-grpc-test-echo-trailing-bin'), [Buffer.from([0xab, 0xab, 0xab])]);
    };
    const one = single((done) => client.UnaryCall(large(), metadata, limit(), done));
    assert.equal(size(await one.response), 314159);
    await check(one);
    const duplex = stream(client.FullDuplexCall(metadata, limit()));
    duplex.call.write(ping(271828, 314159));
    duplex.call.end();
    await duplex.end;
    assert.deepEqual(duplex.sizes, [314159]);
    await check(duplex);
  },
  status_code_and_message: () => echoStatus('test status message'),
  special_status_message: () => echoStatus('\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n'),
  unimplemented_method: () => fails(grpc.status.UNIMPLEMENTED, unary('UnimplementedCall', {})),
  unimplemented_service: () => {
    const missing = new testing.UnimplementedService(target, insecure);
    return fails(grpc.status.UNIMPLEMENTED, unary('UnimplementedCall', {}, limit(), missing)).finally(() => missing.close());
  },
  async cancel_after_begin() {
    const { call, response } = single((done) => client.StreamingInputCall(limit(), done));
    call.cancel();
    await fails(grpc.status.CANCELLED, response);
  },
  async cancel_after_first_response() {
    const seen = stream(client.FullDuplexCall(limit()));
    const next = seen.next();
    seen.call.write(ping(27182, 31415));
    assert.equal(await next, 31415);
    seen.call.cancel();
    await fails(grpc.status.CANCELLED, seen.end);
  },
  async timeout_on_sleeping_server() {
    const { call, end } = stream(client.FullDuplexCall({ deadline: Date.now() + 1 }));
    call.write({ payload: zeros(27182) });
    await fails(grpc.status.DEADLINE_EXCEEDED, end);
  },
  async client_compressed_unary() {
    const compressed = large({ expect_compressed: flag(true) });
    await fails(grpc.status.INVALID_ARGUMENT, unary('UnaryCall', compressed));
    assert.equal(size(await unary('UnaryCall', compressed, limit(), gzip)), 314159);
    assert.equal(size(await unary('UnaryCall', large({ expect_compressed: flag(false) }))), 314159);
  },
  async server_compressed_unary() {
    for (const compressed of [true, false]) {
      assert.equal(size(await unary('UnaryCall', large({ response_compressed: flag(compressed) }))), 314159);
    }
  },
  async client_compressed_streaming() {
    const first = upload(27182, { expect_compressed: flag(true) });
    const probe = single((done) => client.StreamingInputCall(limit(), done));
    probe.call.write(first);
    probe.call.end();
    await fails(grpc.status.INVALID_ARGUMENT, probe.response);
    const { call, response } = single((done) => gzip.StreamingInputCall(limit(), done));
    await writeWith(call, first);
    await writeWith(call, upload(45904, { expect_compressed: flag(false) }), noCompress);
    call.end();
    assert.equal((await response).aggregated_payload_size, 73086);
  },
  async server_compressed_streaming() {
    const seen = stream(client.StreamingOutputCall({
      response_parameters: [{ size: 31415, compressed: flag(true) }, { size: 92653, compressed: flag(false) }],
    }, limit()));
    await seen.end;
    assert.deepEqual(seen.sizes, [31415, 92653]);
  },
};

(async () => {
  for (const name of names) {
    let wrong = null;
    try {
      await cases[name]();
    } catch (error) {
      wrong = String(error.stack ?? error);
    }
    console.log(JSON.stringify({ case: name, wrong }));
  }
  client.close();
  gzip.close();
})();
