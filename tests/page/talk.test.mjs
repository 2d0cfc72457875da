// SPDX-License-Identifier: BSL-1.0
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { accessible, becomes, connected, lines, say, texts, with_people } from './browser.mjs'

test('the page is one file of under 30 kB with one script, one style and nothing inline', () => {
  const page = readFileSync(new URL('../../src/web/page/page.html', import.meta.url), 'utf8')
  assert.ok(Buffer.byteLength(page) < 30000)
  assert.equal(page.match(/<script/g).length, 1)
  assert.equal(page.match(/<style/g).length, 1)
  const markup = page.replace(/<script>[^]*<\/script>|<style>[^]*<\/style>/g, '')
  assert.doesNotMatch(markup, /\s(style|on\w+)\s*=|src=|href=/)
  assert.doesNotMatch(page, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/)
})

test('a name is asked for once, and the next visit comes with it and the same key', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  const [{ connect: first }] = mock.received
  await alice.reload()
  await connected(alice)
  assert.equal(await alice.locator('#hello').isVisible(), false)
  const second = mock.received.filter(each => each.connect).at(-1).connect
  assert.deepEqual(second.data, first.data)
  assert.ok(first.data.key.length >= 16)
}))

test('a name that is taken is refused with a sentence, and another one gets in', with_people(async ({ people }) => {
  await people('alice')
  const other = await people('')
  await other.fill('#name', 'alice')
  await other.press('#name', 'Enter')
  await becomes(() => other.locator('#refused').textContent(), 'the name alice is taken')
  await accessible(other)
  await other.fill('#name', 'bob')
  await other.press('#name', 'Enter')
  await connected(other)
}))

test('a password is asked for where the server has one', with_people(async ({ mock, people }) => {
  mock.password = 'sesame'
  const alice = await people('')
  await alice.fill('#name', 'alice')
  await alice.press('#name', 'Enter')
  await alice.fill('#password', 'sesame')
  await alice.press('#password', 'Enter')
  await connected(alice)
}))

test('two browsers and a classroom member hear one another, and see who is there', with_people(async ({ mock, people }) => {
  const alice = await people('alice'), bob = await people('bob')
  await say(alice, 'hello')
  await say(bob, 'hi alice')
  mock.say('lobby', 'hi from nc', '127.0.0.1:5000')
  for (const each of [alice, bob]) await becomes(() => texts(each), ['hello', 'hi alice', 'hi from nc'])
  await becomes(() => alice.locator('#roster bdi').allTextContents(), ['alice (you)', 'bob'])
  await becomes(async () => (await lines(alice))[0].includes('bob joined'), true)
  await bob.close()
  await becomes(async () => (await lines(alice)).at(-1), 'bob left')
  await becomes(() => alice.locator('#roster bdi').allTextContents(), ['alice (you)'])
}))

test('rooms are joined, switched and left, and count what is unread there', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  await alice.fill('#join input', 'games')
  await alice.press('#join input', 'Enter')
  await becomes(() => alice.locator('#where').textContent(), 'games')
  mock.say('lobby', 'one')
  mock.say('lobby', 'two')
  await becomes(() => alice.title(), '(2) games · chatroom')
  await becomes(() => alice.locator('#rooms .badge').first().textContent(), '2')
  await alice.click('#rooms button >> text=lobby')
  await becomes(() => alice.title(), 'lobby · chatroom')
  assert.deepEqual(await texts(alice), ['one', 'two'])
  await alice.reload()
  await becomes(() => alice.locator('#rooms bdi').allTextContents(), ['lobby', 'games'])
  await alice.click('[aria-label="Leave games"]')
  await becomes(() => mock.room('games').members.size, 0)
  await say(alice, '/leave')
  await becomes(async () => (await lines(alice)).at(-1), 'This is your only room')
}))

test('a room that can\'t be had says why', with_people(async ({ people }) => {
  const alice = await people('alice')
  await say(alice, '/join a/b')
  await becomes(async () => (await lines(alice)).at(-1), "Can't join: a/b is no name of a room")
}))

test('private messages have a talk of their own and reach no room', with_people(async ({ people }) => {
  const alice = await people('alice'), bob = await people('bob')
  await alice.click('#roster button >> text=bob')
  await say(alice, 'psst')
  await becomes(() => texts(alice), ['psst'])
  await becomes(() => bob.title(), '(1) lobby · chatroom')
  assert.deepEqual(await texts(bob), [])
  await bob.click('#talks button >> text=alice')
  await becomes(() => texts(bob), ['psst'])
  await say(bob, '/msg alice yes?')
  await becomes(() => texts(alice), ['psst', 'yes?'])
  await bob.close()
  await say(alice, 'still there?')
  await becomes(() => alice.locator('.log:not([hidden]) .answer p').allTextContents(), ['no such member: bob'])
}))

test('a line with / is a command whose answer only its speaker sees; //x says /x', with_people(async ({ mock, people }) => {
  const alice = await people('alice'), bob = await people('bob')
  await say(alice, '/who')
  await becomes(async () => (await alice.locator('.answer p').allTextContents()).length, 2)
  await say(alice, ' /nonsense')
  await becomes(async () => (await alice.locator('.answer').last().textContent()).includes('no such command: /nonsense'), true)
  await say(alice, '//slash')
  await say(alice, '/me waves')
  await becomes(() => texts(bob), ['/slash', 'alice waves'])
  await say(alice, '/topic tea at four')
  await becomes(() => bob.locator('#topic').textContent(), 'tea at four')
  await say(alice, '/name al')
  await becomes(() => bob.locator('#roster bdi').allTextContents(), ['al', 'bob (you)'])
  await becomes(() => alice.locator('#me').textContent(), 'al')
  assert.equal(await bob.locator('.answer').count(), 0)
  assert.equal(mock.received.some(each => each.publish?.data.text.startsWith('/who')), false)
}))

test('several lines pasted are several messages, also those that look like commands', with_people(async ({ people }) => {
  const alice = await people('alice')
  await say(alice, 'one\n/etc/passwd\n\nthree')
  await becomes(() => texts(alice), ['one', '/etc/passwd', 'three'])
}))

test('notices and events are told apart from what people say', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  mock.find('alice').send({ push: { message: { data: { notice: 'the server closes at six' } } } })
  await becomes(() => alice.locator('.answer p').allTextContents(), ['the server closes at six'])
  mock.say('lobby', 'closing soon', null, { kind: 'announcement' })
  await becomes(() => alice.locator('.event div:last-child').last().textContent(), 'closing soon')
  assert.deepEqual(await texts(alice), [])
}))

test('history comes by scrolling up, whole and in order, and what one reads stays where it is', with_people(async ({ mock, people }) => {
  const all = Array.from({ length: 173 }, (_, i) => `line ${i}`)
  all.forEach((text, i) => mock.say('lobby', text, 'nc', { time: new Date(Date.UTC(2026, 0, 1) + i * 36e5).toISOString() }))
  const alice = await people('alice')
  await becomes(async () => (await texts(alice)).at(-1), 'line 172')
  const before = (await texts(alice)).length
  assert.ok(before < 173)
  const log = alice.locator('.log:not([hidden])')
  const top = await log.evaluate(node => {
    node.scrollTop = 310
    const line = [...node.querySelectorAll('.text')].find(each => each.getBoundingClientRect().top > 100)
    line.id = 'read'
    return line.getBoundingClientRect().top
  })
  await log.evaluate(node => node.scrollBy(0, -20))
  await becomes(async () => (await texts(alice)).length > before, true)
  assert.ok(Math.abs(await alice.locator('#read').evaluate(node => node.getBoundingClientRect().top) - top - 20) < 2)
  while ((await texts(alice)).length < 173) {
    const seen = (await texts(alice)).length
    await log.evaluate(node => node.scrollTop = 0)
    await becomes(async () => (await texts(alice)).length > seen, true)
  }
  assert.deepEqual(await texts(alice), all)
  const days = await alice.locator('.day').allTextContents()
  assert.equal(days.length, 8)
  assert.match(days[1], /Friday,? 2 January 2026/)
}))

test('who reads above is told "n new" and is not moved', with_people(async ({ mock, people }) => {
  for (let i = 0; i < 60; i++) mock.say('lobby', `line ${i}`)
  const alice = await people('alice')
  await becomes(async () => (await texts(alice)).length >= 50, true)
  const log = alice.locator('.log:not([hidden])')
  const top = await log.evaluate(node => new Promise(done => {
    node.addEventListener('scroll', () => done(node.scrollTop), { once: true })
    node.scrollTop -= 400
  }))
  mock.say('lobby', 'fresh')
  mock.say('lobby', 'fresher')
  await becomes(() => alice.locator('#fresh').textContent(), '2 new ↓')
  assert.equal(await log.evaluate(node => node.scrollTop), top)
  await becomes(() => alice.title(), '(2) lobby · chatroom')
  await alice.click('#fresh')
  await becomes(() => alice.locator('#fresh').isVisible(), false)
  await becomes(() => alice.title(), 'lobby · chatroom')
}))

test('a hidden page counts in its title and notifies of private messages and of its name', with_people(async ({ mock, people }) => {
  const alice = await people('alice')
  await alice.evaluate(() => {
    globalThis.told = []
    globalThis.Notification = class { constructor(title, { body }) { told.push([title, body]) } }
    Object.defineProperty(document, 'hidden', { value: true })
  })
  mock.say('lobby', 'nothing')
  mock.say('lobby', 'Alice, come', 'bob')
  mock.find('alice').send({ push: { message: { data: { from: 'bob', to: 'alice', text: 'psst' } } } })
  await becomes(() => alice.evaluate('told'), [['bob in lobby', 'Alice, come'], ['bob', 'psst']])
  await becomes(() => alice.title(), '(3) lobby · chatroom')
}))
