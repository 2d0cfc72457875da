// SPDX-License-Identifier: BSL-1.0
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { becomes, connected, lines, say, texts, unsent, with_people } from './browser.mjs'

const state = page => () => page.locator('#state').textContent()
const publishes = mock => mock.received.filter(each => each.publish).map(each => each.publish.data)

test('a lost line is taken up again without a double or a gap, and what was unsent goes out once', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  await say(alice, 'before')
  await becomes(() => texts(alice), ['before'])
  mock.cut()
  await becomes(state(alice), 'Reconnecting…')
  await say(alice, 'meanwhile 1')
  await say(alice, 'meanwhile 2')
  await becomes(() => unsent(alice), ['meanwhile 1', 'meanwhile 2'])
  assert.match(await alice.locator('.unsent small').first().textContent(), /^Unsent/)
  for (let i = 0; i < 70; i++) mock.say('lobby', `others ${i}`)
  mock.open()
  const all = ['before', ...Array.from({ length: 70 }, (_, i) => `others ${i}`), 'meanwhile 1', 'meanwhile 2']
  await becomes(() => texts(alice), all)
  await becomes(() => unsent(alice), [])
  assert.deepEqual(mock.room('lobby').log.map(pub => pub.data.text), all)
  const { subscribe } = mock.received.filter(each => each.subscribe).at(-1)
  assert.deepEqual({ recover: subscribe.recover, offset: subscribe.offset }, { recover: true, offset: 1 })
  mock.find('alice').send({ push: { channel: 'lobby', pub: mock.room('lobby').log[0] } })  // what it has already
  await say(alice, 'after')
  await becomes(() => texts(alice), [...all, 'after'])
}))

test('an answer that was lost leaves one message: sent again with its id, or seen in the room', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  mock.mute = true
  await say(alice, 'heard')
  await becomes(() => texts(alice), ['heard'])
  await becomes(() => unsent(alice), [])
  // The room has it, and the line ends before its speaker hears of it.
  mock.push = () => {}
  await say(alice, 'unheard')
  await becomes(() => mock.room('lobby').top, 2)
  delete mock.push
  mock.mute = false
  mock.cut()
  mock.open()
  await becomes(() => texts(alice), ['heard', 'unheard'])
  await becomes(() => unsent(alice), [])
  await say(alice, 'after')
  await becomes(() => texts(alice), ['heard', 'unheard', 'after'])
  assert.equal(mock.room('lobby').top, 3)
}))

test('an answer that is lost with a message that never arrived: the same id goes out again', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  const { publish } = mock
  mock.publish = () => {}
  mock.mute = true
  await say(alice, 'lost')
  await becomes(() => publishes(mock).length, 1)
  mock.publish = publish
  mock.mute = false
  mock.answered.clear()
  mock.cut()
  mock.open()
  await becomes(() => texts(alice), ['lost'])
  const [first, second] = publishes(mock)
  assert.deepEqual(first, second)
}))

test('above the rate, or with an unknown outcome, a message waits and is sent again with its id, in its order', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  mock.refuse = [111, 100]
  await say(alice, 'one')
  await say(alice, 'two')
  await becomes(() => texts(alice), ['one', 'two'])
  const [first, ...others] = publishes(mock)
  assert.deepEqual(others.slice(0, 2), [first, first])
  assert.deepEqual(others.slice(2).map(each => each.text), ['two'])
}))

test('a message that the server refuses is shown as not sent, and goes out when one says so', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  mock.refuse = [103]
  await say(alice, 'one')
  await becomes(() => alice.locator('.unsent small').textContent(), 'Not sent: not allowed here.Send againDiscard')
  await say(alice, 'two')
  await becomes(() => texts(alice), ['two'])
  await alice.click('text=Send again')
  await becomes(() => texts(alice), ['two', 'one'])
  mock.refuse = [103]
  await say(alice, 'three')
  await alice.click('text=Discard')
  assert.deepEqual(await unsent(alice), [])
}))

test('a gap that can\'t be closed is told, with what is left of it, and nothing twice', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  mock.say('lobby', 'seen')
  await becomes(() => texts(alice), ['seen'])
  mock.cut()
  for (let i = 0; i < 30; i++) mock.say('lobby', `missed ${i}`)
  mock.forget('lobby', 2)
  mock.open()
  await becomes(() => lines(alice).then(all => all.slice(-3).map(each => each.replace(/.*(missed \d+)/, '$1'))), ['Messages were missed', 'missed 28', 'missed 29'])
  mock.say('lobby', 'live')
  await becomes(() => texts(alice), ['seen', 'missed 28', 'missed 29', 'live'])
}))

test('a room of another life is told apart by its epoch', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  mock.say('lobby', 'old one')
  mock.say('lobby', 'old two')
  await becomes(() => texts(alice), ['old one', 'old two'])
  mock.cut()
  mock.restart('lobby')
  mock.say('lobby', 'new one')
  mock.open()
  await becomes(() => texts(alice), ['old one', 'old two', 'new one'])
  mock.say('lobby', 'new two')
  await becomes(() => texts(alice), ['old one', 'old two', 'new one', 'new two'])
  assert.equal((await lines(alice)).filter(each => each === 'Messages were missed').length, 1)
}))

test('a new epoch of a room that kept its history shows nothing twice', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  const at = minute => ({ time: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() })
  mock.say('lobby', 'one', 'nc', at(1))
  mock.say('lobby', 'two', 'nc', at(2))
  await becomes(() => texts(alice), ['one', 'two'])
  mock.cut()
  mock.say('lobby', 'three', 'nc', at(3))
  mock.room('lobby').epoch = 'another'
  mock.open()
  await becomes(() => texts(alice), ['one', 'two', 'three'])
}))

test('a line that has fallen silent is given up', with_people(async ({ mock, people }) => {
  mock.ping = 1000000
  const alice = await people('')
  await alice.clock.install()
  await alice.fill('#name', 'alice')
  mock.ping = 25
  const setup = mock.attend
  mock.attend = function (socket) { this.ping = 1000; setup.call(this, socket); this.ping = 25 }  // it says 25 s, and does not ping
  await alice.press('#name', 'Enter')
  await connected(alice)
  await alice.clock.fastForward(20000)
  assert.equal(await state(alice)(), 'Connected')
  const before = mock.next
  await alice.clock.runFor(20000)
  await becomes(() => mock.next > before, true)
}))

test('pings are answered', with_people(async ({ mock, people }) => {
  mock.ping = .05
  await people('alice')
  await becomes(() => mock.received.some(each => !Object.keys(each).length), true)
}))

test('kicked: the reason is shown, and one comes back by a button alone', with_people(async ({ mock, people }) => {
  const alice = await people('alice'), bob = await people('bob')
  await say(bob, '/kick alice shouting')
  await becomes(async () => (await lines(alice)).at(-1), 'Disconnected: removed by bob: shouting')
  await becomes(state(alice), 'Disconnected')
  await say(alice, 'unsent')
  await becomes(() => unsent(alice), ['unsent'])
  await alice.click('#again')
  await connected(alice)
  await becomes(() => texts(bob), ['unsent'])
  assert.equal(mock.people.size, 2)
}))

test('the same name in a second window replaces the first', with_people(async ({ people, visit }) => {
  const first = await people('alice')
  await visit(first.context(), 'alice')
  await becomes(async () => (await lines(first)).at(-1), 'Disconnected: replaced')
}))

test('out of one room, the others stay; a room that resubscribes closes its gap', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  await say(alice, '/join games')
  await becomes(() => alice.locator('#where').textContent(), 'games')
  const peer = mock.find('alice'), room = mock.room('games')
  const leave = code => {
    peer.rooms.delete(room)
    room.members.delete(peer)
    peer.send({ push: { channel: 'games', unsubscribe: { code, reason: 'too slow' } } })
  }
  await becomes(() => room.members.size, 1)
  leave(2500)
  mock.say('games', 'meanwhile')
  await becomes(() => texts(alice), ['meanwhile'])
  leave(2000)
  await becomes(async () => (await lines(alice)).at(-1), 'You are out of this room: too slow')
  await alice.click('#rooms button >> text=lobby')
  mock.say('lobby', 'still here')
  await becomes(() => texts(alice), ['still here'])
}))

test('without a line a command is not lost but stays where it was typed', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  mock.cut()
  await becomes(state(alice), 'Reconnecting…')
  await say(alice, '/who')
  assert.equal(await alice.inputValue('#box'), '/who')
  mock.open()
}))

test('a frame that is no JSON ends in a new connection, not in a page that stands still', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  const before = mock.next
  await alice.evaluate('console.error = () => {}')
  mock.find('alice').socket.send('{"push":')
  await becomes(() => mock.next > before, true)
  await connected(alice)
}))
