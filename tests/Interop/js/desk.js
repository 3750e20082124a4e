// An agent's desk: a WatchInbox stream and what it has told so far, as an agent's screen would show it.
'use strict';

const { grpc, withKey } = require('./engine.js');

class Desk {
  constructor(agents, name, key) {
    Object.assign(this, { name, entries: new Map(), offers: new Map(), presence: null, version: 0, load: 0, waiters: [], error: null });
    this.stream = agents.WatchInbox({ name, after_version: 0, keeps_online: true }, withKey(key));
    this.stream.on('data', (change) => this.apply(change));
    this.stream.on('error', (error) => { if (error.code !== grpc.status.CANCELLED) { this.error = error; this.look(); } });
  }

  apply(change) {
    if (change.reset) { this.entries.clear(); this.offers.clear(); }
    for (const entry of change.entries) this.entries.set(entry.conversation, entry);
    for (const name of change.removed) this.entries.delete(name);
    for (const offer of change.offers) this.offers.set(offer.name, offer);
    for (const name of change.removed_offers) this.offers.delete(name);
    Object.assign(this, { presence: change.presence, version: change.version, load: change.load_units, capacity: change.capacity_units });
    this.look();
  }

  // What a condition answers with as soon as it answers with anything.
  when(what, condition, seconds = 300) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} never saw: ${what}; ${this}`)), seconds * 1000);
      this.waiters.push({ condition, resolve: (value) => { clearTimeout(timer); resolve(value); }, reject });
      this.look();
    });
  }

  look() {
    this.waiters = this.waiters.filter(({ condition, resolve, reject }) => {
      if (this.error) { reject(this.error); return false; }
      const value = condition(this);
      if (value) resolve(value);
      return !value;
    });
  }

  offerOf(conversation, seconds) {
    return this.when(`an offer of ${conversation}`, (desk) => [...desk.offers.values()].find((offer) => offer.conversation === conversation), seconds);
  }

  entryOf(conversation, condition = () => true, seconds = undefined) {
    return this.when(`${conversation} in the inbox`, (desk) => {
      const entry = desk.entries.get(conversation);
      return entry && condition(entry) ? entry : null;
    }, seconds);
  }

  goneOf(conversation, seconds) {
    return this.when(`${conversation} gone from the inbox`, (desk) => !desk.entries.has(conversation), seconds);
  }

  leave() { this.stream.cancel(); }

  toString() {
    return JSON.stringify({ presence: this.presence, load: this.load, entries: [...this.entries.values()], offers: [...this.offers.values()] });
  }
}

module.exports = { Desk };
