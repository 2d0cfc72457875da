// SPDX-License-Identifier: BSL-1.0
// The page and centrifuge-js against chatroom-server, with members over TCP and UDP in the same room.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createConnection } from 'node:net'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { becomes, connected, say, texts } from './browser.mjs'

let server, tcp, udp, browser
const open = []  // sockets: one that stays open keeps the program from ending
before(async () => {
  const hash = spawnSync(process.env.CHATROOM_SERVER, ['--hash-password'], { input: 'secret\n', encoding: 'utf8' }).stdout.trim()
  server = spawn(process.env.CHATROOM_SERVER, ['--tcp', '127.0.0.1:0', '--udp', '127.0.0.1:0', '--operator', `root:${hash}`])
  let out = ''
  await new Promise((resolve, reject) => {
    server.stdout.on('data', data => {
      out += data
      const found = /listening tcp .*:(\d+)\nlistening udp .*:(\d+)\n/.exec(out)
      if (found) { [, tcp, udp] = found; resolve() }
    })
    server.on('exit', code => reject(new Error(`the server ended: ${code}`)))
  })
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu',
    '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
})
after(async () => {
  open.forEach(socket => socket.destroy?.() ?? socket.close())
  await browser?.close()
  server?.removeAllListeners('exit')
  server?.kill('SIGKILL')
})

async function visit(name) {
  const context = await browser.newContext()
  context.setDefaultTimeout(20000)
  const page = await context.newPage()
  await page.addInitScript(() => {
    globalThis.violations = []
    addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective))
  })
  await page.goto(`http://127.0.0.1:${tcp}/`)
  await page.fill('#name', name)
  await page.keyboard.press('Enter')
  await connected(page)
  return page
}

// A peer that collects what it hears.
function raw() {
  const socket = createConnection({ port: tcp, host: '127.0.0.1' })
  open.push(socket)
  socket.heard = ''
  socket.on('data', data => socket.heard += data)
  return socket
}

const eventually = (read, what) => becomes(async () => Boolean(await read()), true).catch(() => assert.fail(what))

test('two browsers, nc and a member over UDP are in one room', async () => {
  const nc = raw()
  const datagrams = createSocket('udp4')
  let told = ''
  datagrams.on('message', data => told += data)
  open.push(datagrams)
  const heartbeat = setInterval(() => datagrams.send('#ping#', udp, '127.0.0.1'), 1000).unref()
  datagrams.send('#ping#', udp, '127.0.0.1')
  const ann = await visit('ann'), bob = await visit('bob')
  await say(ann, 'hello <b>all</b> ☕')
  await eventually(() => nc.heard.includes('<ann>\nhello <b>all</b> ☕\n'), nc.heard)
  await eventually(() => told.includes('<ann>\nhello <b>all</b> ☕'), told)
  await eventually(async () => (await texts(bob)).includes('hello <b>all</b> ☕'), 'bob')
  nc.write('from nc\n')
  datagrams.send('from udp', udp, '127.0.0.1')
  for (const page of [ann, bob]) {
    for (const text of ['from nc', 'from udp']) await eventually(async () => (await texts(page)).includes(text), text)
  }
  for (const page of [ann, bob]) assert.deepEqual(await page.evaluate('violations'), [])
  clearInterval(heartbeat)
})

test('a line that is a command is answered to its giver alone', async () => {
  const ann = await visit('anna'), nc = raw()
  nc.write('/who\n')
  await eventually(() => nc.heard.includes('<anna>'), nc.heard)
  await say(ann, '/who')
  await eventually(async () => (await ann.textContent('body')).includes('here: '), 'no answer')
  assert.ok(!nc.heard.includes('/who'))
})

test('a browser that was away hears what it missed, once', async () => {
  const ann = await visit('annette'), nc = raw()
  await say(ann, 'before')
  await eventually(async () => (await texts(ann)).includes('before'), 'before')
  await ann.context().setOffline(true)
  await ann.evaluate(() => globalThis.dispatchEvent(new Event('offline')))
  nc.write('while away\n')
  await eventually(() => nc.heard.includes('while away'), nc.heard)
  await ann.context().setOffline(false)
  await connected(ann)
  await eventually(async () => (await texts(ann)).includes('while away'), 'missed')
  assert.equal((await texts(ann)).filter(text => text === 'while away').length, 1)
  assert.equal((await texts(ann)).filter(text => text === 'before').length, 1)
})

test('centrifuge-js as it comes from npm', async () => {
  const child = spawn(process.execPath, ['--test', 'centrifuge.test.mjs'],
    { env: { ...process.env, CHATROOM_URL: `ws://127.0.0.1:${tcp}/connection/websocket`, CHATROOM_OPERATOR: '/login root secret' } })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => out += data)
  const code = await new Promise(resolve => child.on('exit', resolve))
  assert.equal(code, 0, out)
})
