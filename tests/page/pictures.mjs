// SPDX-License-Identifier: BSL-1.0
// Makes the pictures of the page in docs/images.
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import WebSocket from 'ws'
import { Mock } from './mock.mjs'

const mock = await Mock.start()
const at = (days, hour, minute) => {
  const time = new Date(Date.now() - days * 864e5)
  time.setHours(hour, minute, 0, 0)
  return time.toISOString()
}
async function member(name) {
  const socket = new WebSocket(mock.url.replace('http', 'ws') + 'connection/websocket')
  await new Promise(resolve => socket.on('open', resolve))
  const send = message => socket.send(JSON.stringify({ id: 1, ...message }))
  send({ connect: { data: { name } } })
  send({ subscribe: { channel: 'lobby' } })
  return send
}
mock.room('lobby').topic = 'Anybody with a browser is in the room'
for (const [days, hour, minute, user, text, more] of [
  [1, 17, 2, 'maya', 'the lock on the lab door is fixed, codes are the old ones'],
  [1, 17, 3, 'oskar', 'thank you! I was standing there for a while'],
  [1, 17, 3, 'oskar', 'is anybody still upstairs?'],
  [1, 17, 9, '10.0.0.7:51544', 'yes, at the printer (this is nc)'],
  [0, 0, 1, 'maya', 'good morning. Slides for today: https://example.org/slides.html'],
  [0, 0, 2, 'lena', 'waves', { kind: 'action' }],
  [0, 0, 3, 'יעל', 'בוקר טוב לכולם, מתחילים בתשע?'],
  [0, 0, 4, 'maya', 'yes, nine. alice, could you bring the adapter? The one with the short cable, please, the long one has a loose contact.'],
]) mock.say('lobby', text, user, { time: at(days, hour, minute), ...more })
await member('maya')
await member('lena')
await member('יעל')
const oskar = await member('oskar')

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
for (const [size, width, height] of [['desktop', 1280, 800], ['phone', 390, 844]]) for (const colorScheme of ['light', 'dark']) {
  const phone = size === 'phone'
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-GB', isMobile: phone, hasTouch: phone })
  const page = await context.newPage()
  const type = async (where, text) => {
    await page.fill(where, text)
    await page.press(where, 'Enter')
  }
  await page.goto(mock.url)
  await type('#name', 'alice')
  await page.waitForSelector('.text')
  await type('#box', '/join games')
  await type('#box', '/join lobby')
  while (mock.room('games').members.size === 0) await page.waitForTimeout(20)
  mock.say('games', 'new round in five minutes', 'oskar')
  mock.say('games', 'who is in?', 'oskar')
  oskar({ rpc: { method: 'command', data: { room: 'lobby', text: '/msg alice see you at nine?' } } })
  await type('#box', 'on my way, adapter in the bag')
  await type('#box', '/topic')
  await page.waitForSelector('.answer')
  await page.waitForSelector('#talks .badge:not([hidden])', { state: 'attached' })
  await page.waitForTimeout(300)
  await page.screenshot({ path: fileURLToPath(new URL(`../../docs/images/page-${size}-${colorScheme}.png`, import.meta.url)) })
  await context.close()
  mock.room('lobby').log = mock.room('lobby').log.filter(pub => pub.info?.user !== 'alice')
}
await browser.close()
await mock.stop()
