// A day's work of two agents at one queue, against a running engine; prints what was seen as one JSON object.
// Usage: node day.js HOST:PORT PROTO_FOLDER   (the administrator's key comes in ENGINE_KEY)
'use strict';

const { randomUUID } = require('node:crypto');
const { api, grpc, make, withKey, call, refusal } = require('./engine.js');
const { Desk } = require('./desk.js');

const v1 = api.engine.v1;
const conversations = make(v1.ConversationService);
const agents = make(v1.AgentService);
const inbound = make(v1.InboundService);
const queues = make(v1.QueueService);
const sla = make(v1.SlaService);
const workspaces = make(v1.WorkspaceService);

const queue = 'queues/support';
const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'].map((day) => `WEEKDAY_${day}`);
const keys = {};

// As somebody: "admin" or an agent's id.
const as = (who, client, method, request) =>
  call(client, method, { request_id: randomUUID(), ...request }, { metadata: withKey(keys[who]) }).then(({ response }) => response);
const ask = (client, method, request) => call(client, method, request).then(({ response }) => response);
const text = (words) => ({ content: { text: words } });
const write = (address, words, more) => ask(inbound, 'ReceiveMessage', { channel: 'web', address, external_id: randomUUID(), ...text(words), ...more });

// Reads again until it is so: for what no stream tells.
async function until(what, read, condition, seconds = 300) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (condition(value)) return value;
    if (Date.now() > end) throw new Error(`Never happened: ${what}. Last seen: ${JSON.stringify(value)}`);
  }
}

// The commits of a conversation up to the one that a condition is true of.
function follow(name, condition) {
  return new Promise((resolve, reject) => {
    const seen = [];
    let done = false;
    const stream = conversations.WatchConversation({ name, after_version: 0 }, withKey());
    const timer = setTimeout(() => { done = true; stream.cancel(); reject(new Error(`Never seen in ${name}: ${condition}`)); }, 300_000);
    stream.on('data', (commit) => {
      seen.push(commit);
      if (done || !commit.events.some((event) => condition(event, commit))) return;
      done = true;
      clearTimeout(timer);
      stream.cancel();
      resolve(seen);
    });
    stream.on('error', (error) => (done ? null : reject(error)));
  });
}

const seen = {};
const shop = {};

const day = [
  ['the administrator opens the shop', async () => {
    await as('admin', queues, 'UpdateRoutingSettings', {
      settings: { absence_grace: { seconds: 1 }, disconnect_grace: { seconds: 1 } },
      update_mask: { paths: ['absence_grace', 'disconnect_grace'] },
    });
    await as('admin', sla, 'CreateCalendar', {
      calendar_id: 'always',
      calendar: { time_zone: 'Europe/Lisbon', weekly_hours: [{ days, start_time: '00:00', end_time: '24:00' }] },
    });
    const created = await as('admin', queues, 'CreateQueue', {
      queue_id: 'support',
      queue: { display_name: 'Support', match: { channels: ['web'] }, offer_timeout: { seconds: 600 }, calendar: 'calendars/always' },
    });
    const policy = await as('admin', sla, 'CreateSlaPolicy', {
      sla_policy_id: 'standard',
      sla_policy: {
        match: { queues: [queue] }, calendar: 'calendars/always',
        targets: [
          { metric: 'SLA_METRIC_FIRST_RESPONSE', target: { seconds: 3600 } },
          { metric: 'SLA_METRIC_RESOLUTION', target: { seconds: 86400 } },
        ],
      },
    });
    for (const id of ['ana', 'bea']) {
      await as('admin', agents, 'CreateAgent', { agent_id: id, agent: { display_name: id, queues: [queue], capacity_units: 100 } });
      keys[id] = (await as('admin', workspaces, 'CreateKey', { key: { role: 'ROLE_AGENT', agent: `agents/${id}` } })).secret;
    }
    return { queue: created.name, policy: policy.name };
  }],

  ['a customer writes before anybody is there', async () => {
    // Named, the queue and what came before it are known at once; the others come to it by its match.
    const received = await write('visitor-1', 'Where is my parcel?', { queue });
    Object.assign(shop, { conversation: received.conversation });
    const waiting = await until('the queue knows of it',
      () => ask(queues, 'ExplainAssignment', { conversation: received.conversation }), (found) => found.waiting?.place > 0);
    return {
      sentence: received.expected_response?.sentence, basis: received.expected_response?.basis, place: waiting.waiting.place,
      records: waiting.records.length,
    };
  }],

  ['ana signs on and accepts what is offered', async () => {
    shop.ana = new Desk(agents, 'agents/ana', keys.ana);
    await shop.ana.when('online', (desk) => desk.presence === 'PRESENCE_ONLINE');
    const offer = await shop.ana.offerOf(shop.conversation);
    const request = { request_id: randomUUID(), name: offer.name };
    const accepted = (await call(agents, 'AcceptOffer', request, { metadata: withKey(keys.ana) })).response;
    const entry = await shop.ana.entryOf(shop.conversation);
    await shop.ana.when('no offer left', (desk) => desk.offers.size === 0);
    const again = await refusal(agents, 'AcceptOffer', { request_id: randomUUID(), name: offer.name }, { metadata: withKey(keys.ana) });
    return {
      offer_queue: offer.queue, offer_units: offer.units, offer_has_end: !!offer.expire_time, offer_deadline: !!offer.deadline_time,
      assignee: accepted.assignee, metric: entry.deadline_metric, has_deadline: !!entry.deadline_time, entry_units: entry.units,
      load: shop.ana.load, capacity: shop.ana.capacity, again: again.reason,
    };
  }],

  ['the customer sees ana typing, then her answer', async () => {
    const { conversation } = shop;
    const stream = conversations.WatchActivity({ conversation }, withKey());
    const typing = new Promise((resolve, reject) => {
      stream.on('data', (signal) => { resolve(signal); stream.cancel(); });
      stream.on('error', (error) => { if (error.code !== grpc.status.CANCELLED) reject(error); });
    });
    await new Promise((resolve) => stream.on('metadata', resolve));
    await as('ana', conversations, 'SignalActivity', { conversation, kind: 'ACTIVITY_KIND_TYPING' });
    const signal = await typing;
    await as('ana', conversations, 'SendMessage', { conversation, ...text('It left this morning.') });
    await as('ana', conversations, 'AddNote', { conversation, ...text('Told her; the carrier is late.'), mentions: ['agents/bea'] });
    const entry = await shop.ana.entryOf(conversation, (found) => found.status === 'CONVERSATION_STATUS_PENDING');
    const explained = await ask(sla, 'ExplainSla', { conversation });
    const first = explained.deadlines.find((deadline) => deadline.metric === 'SLA_METRIC_FIRST_RESPONSE');
    const shown = await ask(conversations, 'ListMessages', { conversation, exclude_notes: true });
    return {
      typing: signal.participant.name, kind: signal.kind, status: entry.status, units: entry.units,
      first_response: first.notices.map((notice) => notice.kind), rules: first.intervals[0].rules.policy,
      shown: shown.messages.map((message) => message.content.text),
    };
  }],

  ['ana transfers to bea, who snoozes it for a moment', async () => {
    const { conversation } = shop;
    shop.bea = new Desk(agents, 'agents/bea', keys.bea);
    await shop.bea.when('online', (desk) => desk.presence === 'PRESENCE_ONLINE');
    await write('visitor-1', 'It has not moved since.');
    await shop.ana.entryOf(conversation, (found) => found.status === 'CONVERSATION_STATUS_OPEN');
    const transferred = await as('ana', conversations, 'TransferConversation', { name: conversation, agent: 'agents/bea', note: 'Please call the carrier.' });
    await shop.ana.goneOf(conversation);
    await shop.bea.entryOf(conversation);
    // On a machine that stands still a moment may be over before it is seen: then a longer one.
    let snoozed = null;
    for (let moment = 3000; !snoozed; moment *= 5) {
      const wakes = new Date(Date.now() + moment);
      const refused = await as('bea', conversations, 'SnoozeConversation', {
        name: conversation, until_time: { seconds: Math.floor(wakes / 1000), nanos: (wakes % 1000) * 1e6 },
      }).then(() => null, (error) => error);
      if (refused && moment > 60_000) throw refused;
      if (refused) continue;
      const asleep = shop.bea.entryOf(conversation, (found) => found.status === 'CONVERSATION_STATUS_SNOOZED');
      asleep.catch(() => {});
      const awake = until('it wakes', () => ask(conversations, 'GetConversation', { name: conversation }),
        (found) => found.status === 'CONVERSATION_STATUS_OPEN').then(() => null);
      awake.catch(() => {});
      snoozed = await Promise.race([asleep, awake]);
    }
    const woken = await shop.bea.entryOf(conversation, (found) => found.status === 'CONVERSATION_STATUS_OPEN');
    return { assignee: transferred.assignee, snoozed_units: snoozed.units, woken_units: woken.units };
  }],

  ['the customer wants to be called, and bea calls', async () => {
    const { conversation } = shop;
    const end = Math.floor(Date.now() / 1000) + 3600;
    const requested = await as('admin', conversations, 'RequestCallback', {
      name: conversation, phone_number: '+351210000000', window: { end_time: { seconds: end } },
    });
    // A call fills a whole day's work: it is given anew, to who has it or, by preference, to the same person.
    const before = await until('somebody has the call', async () => {
      const offer = [...shop.bea.offers.values(), ...shop.ana.offers.values()].find((found) => found.conversation === conversation);
      const now = await ask(conversations, 'GetConversation', { name: conversation });
      if (offer && !now.assignee) await as(offer.name.split('/')[1], agents, 'AcceptOffer', { name: offer.name }).catch(() => {});
      return now;
    }, (found) => found.assignee);
    const who = before.assignee.split('/')[1];
    const other = who === 'ana' ? 'bea' : 'ana';
    const number = await as(who, conversations, 'GetCallback', { name: conversation });
    const foreign = await refusal(conversations, 'GetCallback', { name: conversation }, { metadata: withKey(keys[other]) });
    const entry = await shop[who].entryOf(conversation, (found) => found.mode === 'CONVERSATION_MODE_CALLBACK');
    const done = await as(who, conversations, 'EndCallback', { name: conversation, done: true });
    const resolved = await as(who, conversations, 'ResolveConversation', { name: conversation });
    await shop[who].goneOf(conversation);
    return {
      mode: requested.mode, number: number.phone_number, foreign: foreign.reason, units: entry.units, who: before.assignee,
      after: done.mode, status: resolved.status, load: await shop[who].when('nothing held', (desk) => desk.load === 0 && 'none'),
    };
  }],

  ['an offer is declined and goes to the colleague', async () => {
    const received = await write('visitor-2', 'Can I change my order?');
    Object.assign(shop, { second: received.conversation });
    const first = await Promise.race([shop.ana.offerOf(shop.second), shop.bea.offerOf(shop.second)]);
    const decliner = first.name.split('/')[1];
    const colleague = decliner === 'ana' ? 'bea' : 'ana';
    await as(decliner, agents, 'DeclineOffer', { name: first.name, reason: 'lunch' });
    const offer = await shop[colleague].offerOf(shop.second);
    const accepted = await as(colleague, agents, 'AcceptOffer', { name: offer.name });
    await shop[colleague].entryOf(shop.second);
    Object.assign(shop, { colleague, decliner });
    return { to_the_colleague: accepted.assignee === `agents/${colleague}`, to_the_decliner: accepted.assignee === `agents/${decliner}` };
  }],

  ['the colleague signs off and the open work finds somebody else', async () => {
    const { second, colleague, decliner } = shop;
    shop[colleague].leave();
    await until('signed off', () => ask(agents, 'GetAgent', { name: `agents/${colleague}` }), (agent) => agent.presence !== 'PRESENCE_ONLINE');
    await follow(second, (event) => event.assignee_changed?.reason === 'ASSIGNEE_CHANGE_REASON_AGENT_ABSENT');
    const offer = await shop[decliner].offerOf(second, 60);
    await as(decliner, agents, 'AcceptOffer', { name: offer.name });
    const explained = await ask(queues, 'ExplainAssignment', { conversation: second });
    return {
      assigned_to_the_other: explained.records[0].change.to === `agents/${decliner}`,
      reasons: explained.records.map((record) => record.change.reason),
      decided: explained.records.map((record) => record.decision?.rule ?? null),
      chosen: explained.records[0].decision?.candidates.find((candidate) => candidate.verdict === 'ROUTING_VERDICT_CHOSEN')?.agent === `agents/${decliner}`,
      absent: explained.records[0].decision?.candidates.some((candidate) =>
        candidate.agent === `agents/${colleague}` && candidate.verdict === 'ROUTING_VERDICT_ABSENT')
        || explained.records[0].decision?.others.some((others) => others.verdict === 'ROUTING_VERDICT_ABSENT'),
    };
  }],

  ['the day ends', async () => {
    const { second, decliner } = shop;
    await as(decliner, conversations, 'SendMessage', { conversation: second, ...text('Done.') });
    await as(decliner, conversations, 'ResolveConversation', { name: second });
    await as(decliner, agents, 'SetPresence', { name: `agents/${decliner}`, presence: 'PRESENCE_OFFLINE' });
    shop[decliner].leave();
    const status = await until('the queue knows that nobody is there',
      () => ask(queues, 'GetQueueStatus', { name: queue }), (found) => found.online_agent_count === 0);
    return { waiting: status.waiting_count, offers: status.offer_count, assigned: status.assigned_count, reconciled: status.reconciled_count, load: status.load_units };
  }],
];

(async () => {
  keys.admin = process.env.ENGINE_KEY;
  for (const [name, work] of day) {
    try {
      seen[name] = await work();
    } catch (error) {
      // What follows builds on it.
      seen[name] = { error: String(error.stack ?? error), reason: error.metadata ? undefined : null };
      break;
    }
  }
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  process.exit(0);
})();
