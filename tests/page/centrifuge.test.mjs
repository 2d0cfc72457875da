// SPDX-License-Identifier: BSL-1.0
// centrifuge-js as it comes from npm, in Node and in Chromium, as a client of the server at CHATROOM_URL (ws://…/connection/websocket),
// or of the test double without that. Needs names, the commands /msg, /who and /kick, and a server that keeps what was said in memory.
// CHATROOM_OPERATOR: a command that makes its giver an operator (/login NAME PASSWORD), where /kick needs one.
import assert from 'node:assert/strict'
import { Centrifuge } from 'centrifuge'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import WebSocket from 'ws'
import { Mock } from './mock.mjs'

let mock, url, browser
before(async () => {
  if (!process.env.CHATROOM_URL) mock = await Mock.start()
  url = process.env.CHATROOM_URL ?? mock.url.replace('http', 'ws') + 'connection/websocket'
})
after(async () => {
  await browser?.close()
  await mock?.stop()
})

const unique = word => word + Math.random().toString(36).slice(2, 8)
const event = (emitter, name, wanted = () => true) => new Promise((resolve, reject) => {
  const late = setTimeout(() => reject(new Error(`no event ${name}`)), 15000)
  emitter.on(name, function heard(context) {
    if (!wanted(context)) return
    clearTimeout(late)
    emitter.removeListener(name, heard)
    resolve(context)
  })
})

const clients = []
async function client(name, options = {}) {
  const made = new Centrifuge(url, { websocket: WebSocket, data: { name, key: unique('key-') }, minReconnectDelay: 50, ...options })
  clients.push(made)
  made.connect()
  return { made, connected: await event(made, 'connected') }
}
after(() => clients.forEach(each => each.disconnect()))

async function member(name, room) {
  const { made, connected } = await client(name)
  const subscription = made.newSubscription(room, { recoverable: true, positioned: true, joinLeave: true })
  const heard = []
  subscription.on('publication', publication => heard.push(publication))
  subscription.subscribe()
  return { made, connected, subscription, heard, subscribed: await event(subscription, 'subscribed') }
}
const has = async (heard, count) => {
  for (const end = Date.now() + 15000; heard.length < count && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 10))
  assert.equal(heard.length, count)
}

test('connect tells the client, the name and the limits', async () => {
  const name = unique('ann-'), { connected } = await client(name)
  assert.ok(connected.client)
  assert.equal(connected.data.name, name)
  assert.ok(connected.data.max_message > 0)
})

test('a name that is taken disconnects for good, with a reason', async () => {
  const name = unique('ann-')
  await client(name)
  const other = new Centrifuge(url, { websocket: WebSocket, data: { name, key: 'another' } })
  clients.push(other)
  other.connect()
  const { code, reason } = await event(other, 'disconnected')
  assert.ok(code >= 100)
  assert.ok(reason)
})

test('publish reaches every member of the room, with sender, time and ascending offsets', async () => {
  const room = unique('room-'), ann = await member(unique('ann-'), room), bob = await member(unique('bob-'), room)
  assert.deepEqual([ann.subscribed.recoverable, ann.subscribed.positioned, ann.subscribed.wasRecovering], [true, true, false])
  await ann.subscription.publish({ text: 'hello' })
  await bob.subscription.publish({ text: 'hi', id: '1' })
  await bob.subscription.publish({ text: 'hi', id: '1' })  // the same message again
  await ann.subscription.publish({ text: '"quoted" \\ \u{1f600} ŝ' })
  for (const { heard } of [ann, bob]) {
    await has(heard, 3)
    assert.deepEqual(heard.map(each => each.data.text), ['hello', 'hi', '"quoted" \\ \u{1f600} ŝ'])
    assert.deepEqual(heard.map(each => each.info.user), [ann, bob, ann].map(each => each.connected.data.name))
    assert.equal(heard[0].info.client, ann.connected.client)
    assert.ok(Math.abs(new Date(heard[0].data.time) - Date.now()) < 60000)
    assert.ok(0 < heard[0].offset && heard[0].offset < heard[1].offset && heard[1].offset < heard[2].offset)
  }
})

test('presence, its numbers, join and leave', async () => {
  const room = unique('room-'), ann = await member(unique('ann-'), room)
  const joined = event(ann.subscription, 'join', ({ info }) => info.client !== ann.connected.client)
  const bob = await member(unique('bob-'), room)
  const info = { client: bob.connected.client, user: bob.connected.data.name }
  assert.deepEqual((await joined).info, info)
  const { clients: present } = await ann.subscription.presence()
  assert.deepEqual(Object.keys(present).sort(), [ann, bob].map(each => each.connected.client).sort())
  assert.equal(present[info.client].user, info.user)
  assert.deepEqual(await ann.subscription.presenceStats(), { numClients: 2, numUsers: 2 })
  const left = event(ann.subscription, 'leave')
  bob.subscription.unsubscribe()
  assert.deepEqual((await left).info, info)
  await assert.rejects(ann.made.presence(unique('elsewhere-')), ({ code }) => code === 102 || code === 103)
})

test('history by pages, both ways', async () => {
  const room = unique('room-'), { subscription, heard } = await member(unique('ann-'), room)
  for (let i = 0; i < 10; i++) await subscription.publish({ text: `${i}` })
  await has(heard, 10)
  const said = publications => publications.map(each => each.data.text)
  assert.deepEqual((await subscription.history()).publications, [])
  const newest = await subscription.history({ limit: 4, reverse: true })
  assert.deepEqual(said(newest.publications), ['9', '8', '7', '6'])
  const { epoch } = newest
  assert.ok(epoch)
  assert.ok(newest.offset >= heard[9].offset)
  const older = await subscription.history({ limit: 4, reverse: true, since: { offset: newest.publications.at(-1).offset, epoch } })
  assert.deepEqual(said(older.publications), ['5', '4', '3', '2'])
  const on = await subscription.history({ limit: 3, since: { offset: older.publications.at(-1).offset, epoch } })
  assert.deepEqual(said(on.publications), ['3', '4', '5'])
  const none = await subscription.history({ limit: 3, reverse: true, since: { offset: heard[0].offset, epoch } })
  assert.deepEqual(none.publications, [])
  await assert.rejects(subscription.history({ limit: 1, since: { offset: 1, epoch: 'another' } }), { code: 112 })
})

test('a command by rpc, a private message, and an unknown method', async () => {
  const room = unique('room-'), ann = await member(unique('ann-'), room), bob = await member(unique('bob-'), room)
  const who = await ann.made.rpc('command', { room, text: '/who' })
  assert.ok(who.data.text.includes(bob.connected.data.name))
  const messages = [ann, bob].map(each => event(each.made, 'message'))
  await ann.made.rpc('command', { room, text: `/msg ${bob.connected.data.name} psst` })
  for (const message of messages) {
    const { data } = await message
    assert.deepEqual([data.from, data.to, data.text], [ann.connected.data.name, bob.connected.data.name, 'psst'])
    assert.ok(data.time)
  }
  await assert.rejects(ann.made.rpc('nonsense', {}), { code: 104 })
  await assert.rejects(ann.made.publish(unique('elsewhere-'), { text: 'x' }), ({ code }) => code === 102 || code === 103)
  assert.deepEqual([...ann.heard, ...bob.heard], [])
})

test('a lost line closes its gap exactly, each time', async () => {
  const room = unique('room-'), ann = await member(unique('ann-'), room), bob = await member(unique('bob-'), room)
  const said = []
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 3; i++) await bob.subscription.publish({ text: said[said.push(`live ${round}.${i}`) - 1] })
    await has(ann.heard, said.length)
    const again = event(ann.subscription, 'subscribed')
    ann.made._transport._transport.terminate()  // no close frame
    for (let i = 0; i < 20 * round; i++) await bob.subscription.publish({ text: said[said.push(`meanwhile ${round}.${i}`) - 1] })
    const { wasRecovering, recovered } = await again
    assert.deepEqual({ wasRecovering, recovered }, { wasRecovering: true, recovered: true })
  }
  await has(ann.heard, said.length)
  assert.deepEqual(ann.heard.map(each => each.data.text), said)
  assert.deepEqual(ann.heard.map(each => each.offset), bob.heard.map(each => each.offset))
})

test('a position of another life, or from the future, is not recovered, and said so', async () => {
  const room = unique('room-'), ann = await member(unique('ann-'), room)
  await ann.subscription.publish({ text: 'x' })
  const { epoch } = ann.subscribed.streamPosition
  for (const since of [{ offset: 1, epoch: 'another' }, { offset: 1000000, epoch }]) {
    const { made } = await client(unique('bob-'))
    const subscription = made.newSubscription(room, { since, recoverable: true })
    subscription.subscribe()
    const { wasRecovering, recovered, streamPosition } = await event(subscription, 'subscribed')
    assert.deepEqual({ wasRecovering, recovered, epoch: streamPosition.epoch }, { wasRecovering: true, recovered: false, epoch })
  }
})

test('unsubscribe and subscribe again; twenty rooms at once', async () => {
  const { made } = await client(unique('ann-'))
  const rooms = Array.from({ length: 20 }, () => unique('room-'))
  const subscriptions = rooms.map(room => made.newSubscription(room))
  const all = subscriptions.map(each => event(each, 'subscribed'))
  made.startBatching()
  subscriptions.forEach(each => each.subscribe())
  made.stopBatching()
  await Promise.all(all)
  const again = event(subscriptions[0], 'subscribed')
  subscriptions[0].unsubscribe()
  subscriptions[0].subscribe()
  await again
  await subscriptions[0].publish({ text: 'x' })
  assert.equal(made.state, 'connected')
})

test('the same key takes the name over, and the older connection hears why and stays away', async () => {
  const data = { name: unique('ann-'), key: 'the same' }
  const { made } = await client('', { data })
  const gone = event(made, 'disconnected')
  await client('', { data })
  const { code, reason } = await gone
  assert.ok(code >= 3500 && code < 4000 || code >= 4500 && code < 5000)
  assert.match(reason, /replaced/)
})

test('a kick disconnects for good with its reason', async () => {
  const room = unique('room-'), ann = await member(unique('ann-'), room), bob = await member(unique('bob-'), room)
  if (process.env.CHATROOM_OPERATOR) await ann.made.rpc('command', { room, text: process.env.CHATROOM_OPERATOR })
  const gone = event(bob.made, 'disconnected')
  await ann.made.rpc('command', { room, text: `/kick ${bob.connected.data.name} 42` })
  const { code, reason } = await gone
  assert.ok(code >= 3500 && code < 4000 || code >= 4500 && code < 5000)
  assert.match(reason, /42/)
})

test('its own server-side pings keep a quiet line', { skip: process.env.CHATROOM_URL && 'a ping is 25 s away' }, async () => {
  mock.ping = 1
  const { made } = await client(unique('ann-'), { maxServerPingDelay: 500 })
  let lost = false
  made.on('connecting', () => lost = true)
  await new Promise(resolve => setTimeout(resolve, 3500))
  mock.ping = 25
  assert.equal(lost, false)
})

test('in Chromium: the bundle for browsers connects, speaks, and recovers', async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu',
    '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
  const page = await browser.newPage(), origin = url.replace('ws', 'http').replace(/\/connection.*/, '')
  await page.goto(origin)  // the server's own page, which waits for a name: another origin is refused
  const bundle = createRequire(import.meta.url).resolve('centrifuge').replace(/build.index.js$/, 'dist/centrifuge.js')
  await page.evaluate(readFileSync(bundle, 'utf8') + ';0')
  const room = unique('room-'), bob = await member(unique('bob-'), room)
  await page.evaluate(async ([url, room, name]) => {
    globalThis.heard = []
    globalThis.sockets = []
    globalThis.again = []
    const websocket = class extends WebSocket { constructor(url) { super(url); sockets.push(this) } }
    globalThis.made = new Centrifuge(url, { data: { name, key: name }, websocket, minReconnectDelay: 50 })
    globalThis.subscription = made.newSubscription(room)
    subscription.on('publication', each => heard.push(each.data.text))
    subscription.on('subscribed', each => again.push([each.wasRecovering, each.recovered]))
    subscription.subscribe()
    made.connect()
    await subscription.ready(10000)
    await subscription.publish({ text: 'from a browser' })
  }, [url, room, unique('ann-')])
  await has(bob.heard, 1)
  await page.evaluate(() => sockets[0].close())
  await bob.subscription.publish({ text: 'meanwhile' })
  await page.waitForFunction(() => heard.length === 2 && again.length === 2)
  assert.deepEqual(await page.evaluate('heard'), ['from a browser', 'meanwhile'])
  assert.deepEqual(await page.evaluate('again'), [[false, false], [true, true]])
})
