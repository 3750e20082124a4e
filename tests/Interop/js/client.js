// Drives a running engine with @grpc/grpc-js and prints what it saw as one JSON object, a field for each scenario.
// Usage: node client.js HOST:PORT PROTO_FOLDER   (the key comes in ENGINE_KEY)
'use strict';

const { randomUUID } = require('node:crypto');
const { api, grpc, make, withKey, inSeconds, call, refusal } = require('./engine.js');

const conversations = make(api.engine.v1.ConversationService);
const customers = make(api.engine.v1.CustomerService);
const inbound = make(api.engine.v1.InboundService);
const events = make(api.engine.v1.EventService);
const health = make(api.grpc.health.v1.Health);
const reflection = make(api.grpc.reflection.v1.ServerReflection);

const receive = async (address, text) => (await call(inbound, 'ReceiveMessage', {
  channel: 'web', address, external_id: randomUUID(), content: { text },
})).response;

const scenarios = {
  async unary() {
    const text = 'Olá, onde está? Ünïcödé 🎁';
    const { conversation, customer } = await receive('js-unary', text);
    const request = { request_id: randomUUID(), conversation, content: { text: 'Já vem.', quick_replies: { replies: [{ title: 'Obrigado' }] } } };
    const first = await call(conversations, 'SendMessage', request);
    const again = await call(conversations, 'SendMessage', request);
    const { response } = await call(conversations, 'ListMessages', { conversation });
    return {
      texts: response.messages.map((message) => message.content.text),
      rich: response.messages.map((message) => message.content.rich ?? null),
      customer, same: JSON.stringify(first.response) === JSON.stringify(again.response),
      position: typeof first.trailers['engine-position'],
    };
  },

  // The stream is broken off in the middle and taken up again after the last version seen.
  async stream() {
    const { conversation } = await receive('js-stream', 'one');
    const seen = [];
    const follow = (after, until) => new Promise((resolve, reject) => {
      const stream = conversations.WatchConversation({ name: conversation, after_version: after }, withKey());
      let done = false;
      stream.on('data', (commit) => {
        if (done) return;
        seen.push(commit.version);
        if (commit.version >= until) { done = true; stream.cancel(); resolve(); }
      });
      stream.on('error', (error) => (done ? null : reject(error)));
      stream.on('end', () => (done ? null : reject(new Error('ended'))));
    });
    const send = () => call(conversations, 'SendMessage', { request_id: randomUUID(), conversation, content: { text: 'more' } });
    const live = follow(0, 3);
    await send();
    await send();
    await live;
    await send();
    await send();
    await follow(3, 5);
    return { versions: seen };
  },

  async errors() {
    const { conversation } = await receive('js-errors', 'x');
    const reused = { request_id: randomUUID(), conversation, content: { text: 'a' } };
    await call(conversations, 'SendMessage', reused);
    return {
      missing: await refusal(customers, 'GetCustomer', { name: 'customers/nobody' }),
      invalid: await refusal(conversations, 'SendMessage', { request_id: '', conversation, content: { text: '' } }),
      anonymous: await refusal(customers, 'GetCustomer', { name: 'customers/nobody' }, { metadata: new grpc.Metadata() }),
      reused: await refusal(conversations, 'SendMessage', { ...reused, content: { text: 'b' } }),
      too_large: await refusal(conversations, 'SendMessage', { request_id: randomUUID(), conversation, content: { text: 'x'.repeat(5 << 20) } }),
    };
  },

  async deadline() {
    const began = Date.now();
    const code = await new Promise((resolve) => {
      const stream = events.WatchEvents({ from_now: true }, withKey(), inSeconds(0.5));
      stream.on('data', () => {});
      stream.on('error', (error) => resolve(grpc.status[error.code]));
    });
    const after = Date.now() - began;
    const past = await refusal(customers, 'ListCustomers', {}, { options: { deadline: new Date(Date.now() - 1000) } });
    return { code, after_ms: after, past: past.code };
  },

  async cancellation() {
    const code = await new Promise((resolve) => {
      const stream = events.WatchEvents({}, withKey());
      stream.on('data', () => stream.cancel());
      stream.on('error', (error) => resolve(grpc.status[error.code]));
    });
    const { conversation } = await receive('js-cancel', 'still alive');
    return { code, works_after: conversation.startsWith('conversations/') };
  },

  async health() {
    const check = (service) => call(health, 'Check', { service }, { metadata: new grpc.Metadata() })
      .then(({ response }) => response.status, (error) => grpc.status[error.code]);
    const watched = await new Promise((resolve, reject) => {
      const stream = health.Watch({ service: '' }, new grpc.Metadata());
      stream.on('data', (response) => { resolve(response.status); stream.cancel(); });
      stream.on('error', reject);
    });
    return { all: await check(''), conversations: await check('engine.v1.ConversationService'), unknown: await check('no.such.Service'), watched };
  },

  async reflection() {
    const ask = (request) => new Promise((resolve, reject) => {
      const stream = reflection.ServerReflectionInfo(new grpc.Metadata());
      stream.on('data', (response) => { resolve(response); stream.end(); });
      stream.on('error', reject);
      stream.write(request);
    });
    const list = await ask({ list_services: '' });
    const file = await ask({ file_containing_symbol: 'engine.v1.ConversationService' });
    const unknown = await ask({ file_containing_symbol: 'no.such.Symbol' });
    return {
      services: list.list_services_response.service.map((service) => service.name),
      files: file.file_descriptor_response.file_descriptor_proto.length,
      names_itself: file.file_descriptor_response.file_descriptor_proto.some((bytes) => bytes.includes('conversation_service.proto')),
      unknown: unknown.error_response.error_code,
    };
  },
};

(async () => {
  const seen = {};
  for (const [name, run] of Object.entries(scenarios)) {
    try {
      seen[name] = await run();
    } catch (error) {
      seen[name] = { error: String(error.stack ?? error) };
    }
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  process.exit(0);
})();
