// SPDX-License-Identifier: BSL-1.0
// People at the page in Chromium, each with a profile of their own.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { chromium } from 'playwright-core'
import { Mock } from './mock.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let browser
before(async () => {
  // Without a sandbox of its own, since tests run as root in containers, and asking nobody outside.
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu',
    '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
})
after(() => browser?.close())

// Gives the test a server and people(name, options); at its end none of their pages may have had an error or a violation.
export const with_people = run => async test => {
  const mock = await Mock.start(), contexts = [], problems = []
  const people = async (name, options = {}) => {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options })
    contexts.push(context)
    context.setDefaultTimeout(20000)
    return visit(context, name)
  }
  const visit = async (context, name) => {
    const page = await context.newPage()
    page.on('pageerror', error => problems.push(`${name}: ${error}`))
    page.on('console', message => {
      if (message.type() === 'error' && !/WebSocket connection to|net::ERR/.test(message.text())) problems.push(`${name}: ${message.text()}`)
    })
    await page.addInitScript(() => {
      globalThis.violations = []
      addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective))
    })
    await page.goto(mock.url)
    if (name && await page.locator('#hello').isVisible()) {
      await page.fill('#name', name)
      await page.keyboard.press('Enter')
    }
    if (name) await connected(page)
    return page
  }
  try {
    await run({ mock, people, visit, test })
    for (const context of contexts) for (const page of context.pages()) assert.deepEqual(await page.evaluate('violations'), [])
    assert.deepEqual(problems, [])
  } finally {
    for (const context of contexts) await context.close()
    await mock.stop()
  }
}

export const connected = page => page.waitForFunction(() => document.querySelector('#state').className === 'on')
// Waits until `read` in the page, or in the test, gives `value`.
export async function becomes(read, value) {
  let seen
  for (const end = Date.now() + 20000; Date.now() < end;) {
    seen = await read()
    try { return assert.deepEqual(seen, value) } catch {}
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  assert.deepEqual(seen, value)
}
export async function say(page, text) {
  await page.fill('#box', text)
  await page.press('#box', 'Enter')
}
export const texts = page => page.locator('.log:not([hidden]) .row .text').allTextContents()
export const lines = page => page.locator('.log:not([hidden]) > .line').allTextContents()
export const unsent = page => page.locator('.log:not([hidden]) .unsent .text').allTextContents()
export const accessible = async page => {
  await page.evaluate(axe + ';0')
  const { violations } = await page.evaluate(() => axe.run())
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`), [])
}
