// SPDX-License-Identifier: BSL-1.0
// A test double for the server's WebSocket side (docs/wire.md): Centrifugo's JSON client protocol with rooms, names and a few
// commands, and the faults that the real server does not show on demand. `node mock.mjs PORT` serves the page by itself.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'

const temporary = { 100: 'internal server error', 111: 'too many requests' }
class Refusal extends Error {
  constructor(code, message) { super(message ?? temporary[code]); this.code = code }
}

const hash = (page, tag) =>
  `'sha256-${createHash('sha256').update(new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)[1]).digest('base64')}'`
const policy = (page, host) => `default-src 'none'; script-src ${hash(page, 'script')}; style-src ${hash(page, 'style')}; ` +
  `connect-src 'self' ws://${host} wss://${host}; require-trusted-types-for 'script'; frame-ancestors 'none'; base-uri 'none'; ` +
  `form-action 'none'`

export class Mock {
  rooms = new Map()
  people = new Set()  // connections after their `connect`
  answered = new Map()  // publishes by key and data.id
  refuse = []  // codes: each refuses one publish
  mute = false  // swallows publishes without an answer, after they are in the room
  ping = 25
  password = ''
  received = []  // every command, as it came
  next = 0

  static async start(port = 0, page = fileURLToPath(new URL('../../src/web/page/page.html', import.meta.url))) {
    const mock = new Mock
    mock.http = createServer((request, response) => {
      if (request.url !== '/') return response.writeHead(404).end()
      const text = readFileSync(page, 'utf8')
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy(text, request.headers.host),
        'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' }).end(text)
    })
    mock.server = new WebSocketServer({ server: mock.http, path: '/connection/websocket', maxPayload: 16384 })
    mock.server.on('connection', socket => mock.attend(socket))
    await new Promise(resolve => mock.http.listen(port, '127.0.0.1', resolve))
    mock.port = mock.http.address().port
    mock.url = `http://127.0.0.1:${mock.port}/`
    return mock
  }

  stop() {
    for (const socket of this.server.clients) socket.terminate()
    this.http.close()
    return new Promise(resolve => this.server.close(resolve))
  }

  // --- Faults, and what only a test does ---
  // The sockets are gone without a close frame; no new one comes through until open().
  cut() {
    this.http.removeAllListeners('upgrade')
    this.http.on('upgrade', (_, socket) => socket.destroy())
    for (const socket of this.server.clients) socket.terminate()
  }
  open() {
    this.http.removeAllListeners('upgrade')
    this.http.on('upgrade', (request, socket, head) =>
      this.server.handleUpgrade(request, socket, head, made => this.server.emit('connection', made, request)))
  }
  close(name, code, reason) { this.find(name).socket.close(code, reason) }
  // The room forgets what was said before its last `lines`.
  forget(room, lines) { const log = this.room(room).log; log.splice(0, log.length - lines); this.room(room).forgotten = true }
  // As after a start of the server without history.
  restart(room) { this.rooms.delete(room); for (const socket of this.server.clients) socket.terminate() }
  say(room, text, user = 'nc', more = {}) { this.publish(this.room(room), { text, ...more }, user && { user, client: '0' }) }
  find(name) { return [...this.people].find(each => each.name === name) }

  // --- The protocol ---
  room(name) {
    if (!this.rooms.has(name))
      this.rooms.set(name, { name, epoch: Math.random().toString(36).slice(2), top: 0, log: [], members: new Set })
    return this.rooms.get(name)
  }

  publish(room, data, info) {
    const pub = { data: { ...data, time: data.time ?? new Date().toISOString() }, offset: ++room.top, ...(info && { info }) }
    room.log.push(pub)
    this.push(room, { channel: room.name, pub })
  }
  push(room, push) { for (const each of room.members) each.send({ push }) }

  attend(socket) {
    const peer = { socket, id: String(++this.next), name: '', key: '', rooms: new Set }
    peer.send = message => socket.send(JSON.stringify(message))
    peer.info = () => ({ user: peer.name, client: peer.id })
    const pings = setInterval(() => peer.send({}), this.ping * 1000)
    socket.on('close', () => {
      clearInterval(pings)
      this.people.delete(peer)
      for (const room of peer.rooms) this.part(peer, room)
    })
    socket.on('message', (bytes, binary) => {
      if (binary) return socket.close(1003, 'text only')
      const replies = []
      for (const line of bytes.toString().split('\n').filter(each => each.trim())) {
        let command
        try { command = JSON.parse(line) } catch { return socket.close(3501, 'bad request') }
        this.received.push(command)
        const { id, ...rest } = command, [method] = Object.keys(rest)
        if (!method || method === 'send') continue  // a pong
        if (!(id > 0) || this.people.has(peer) === (method === 'connect')) return socket.close(3501, 'bad request')
        try {
          const result = Object.hasOwn(handlers, method) ? handlers[method].call(this, rest[method], peer) : this.unknown()
          if (result) replies.push({ id, [method]: result })
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          const { code, message } = error
          replies.push({ id, error: { code, message, ...(temporary[code] && { temporary: true }) } })
        }
        if (!replies.length) continue
        peer.send(replies.pop())  // before what the command pushes: see after()
        for (const then of peer.after?.splice(0) ?? []) then()
      }
    })
  }
  unknown() { throw new Refusal(104, 'method not found') }

  part(peer, room) {
    room.members.delete(peer)
    this.push(room, { channel: room.name, leave: { info: peer.info() } })
  }

  joined(peer, name) {
    const room = this.room(name)
    if (!peer.rooms.has(room)) throw new Refusal(103, `you are not in ${name}`)
    return room
  }

  // Takes the name, from an older connection if that has the same key.
  claim(peer, name, key) {
    if (!/^[\p{L}\p{N}_.'-]{1,32}$/u.test(name)) throw new Refusal(409, `${name} is no name`)
    const other = [...this.people].find(each => each !== peer && each.name.toLowerCase() === name.toLowerCase())
    if (other && (!key || other.key !== key)) throw new Refusal(409, `the name ${name} is taken`)
    if (other) {
      this.people.delete(other)
      for (const room of other.rooms) this.part(other, room)
      other.rooms.clear()
      other.socket.close(4500, 'replaced')
    }
    peer.name = name
    peer.key = key ?? ''
  }
}

const handlers = {
  connect({ data = {} }, peer) {
    if (this.password && data.password !== this.password) throw new Refusal(101, 'this server has a password')
    peer.name = `127.0.0.1:${peer.socket._socket.remotePort}`
    if (data.name) this.claim(peer, data.name, data.key)
    this.people.add(peer)
    return { client: peer.id, version: 'mock', ping: this.ping, pong: true, data: { name: peer.name, max_message: 4096, rate: 10 } }
  },
  subscribe({ channel, recover, epoch, offset = 0 }, peer) {
    if (!/^[\p{L}\p{N}_.'-]{1,32}$/u.test(channel)) throw new Refusal(102, `${channel} is no name of a room`)
    const room = this.room(channel)
    if (peer.rooms.has(room)) throw new Refusal(105, 'already subscribed')
    const oldest = room.log[0]?.offset ?? room.top + 1
    const recovered = !!recover && (!epoch || epoch === room.epoch) && offset <= room.top && (offset + 1 >= oldest)
    const missed = recovered ? room.log.filter(pub => pub.offset > offset) : []
    peer.after = [() => {
      for (const pub of missed) peer.send({ push: { channel, pub } })
      peer.rooms.add(room)
      room.members.add(peer)
      this.push(room, { channel, join: { info: peer.info() } })
    }]
    return { recoverable: true, positioned: true, epoch: room.epoch, offset: recovered ? offset : room.top,
      ...(recover && { was_recovering: true, recovered }), ...(room.topic && { data: { topic: room.topic } }) }
  },
  unsubscribe({ channel }, peer) {
    const room = this.room(channel)
    if (peer.rooms.delete(room)) this.part(peer, room)
    return {}
  },
  publish({ channel, data }, peer) {
    const room = this.joined(peer, channel)
    if (typeof data?.text !== 'string' || !data.text.trim()) throw new Refusal(107, 'no text')
    if (this.refuse.length) {
      const code = this.refuse.shift()
      throw new Refusal(code, temporary[code] ?? 'not allowed here')
    }
    const once = data.id && `${peer.key} ${data.id}`
    if (!this.answered.has(once)) {
      if (once) this.answered.set(once, true)
      this.publish(room, { text: data.text }, peer.info())
    }
    return this.mute ? undefined : {}
  },
  presence({ channel }, peer) {
    return { presence: Object.fromEntries([...this.joined(peer, channel).members].map(each => [each.id, each.info()])) }
  },
  presence_stats({ channel }, peer) {
    const { members } = this.joined(peer, channel)
    return { num_clients: members.size, num_users: new Set([...members].map(each => each.name)).size }
  },
  history({ channel, limit = 0, reverse, since }, peer) {
    const room = this.joined(peer, channel)
    if (since?.epoch && since.epoch !== room.epoch) throw new Refusal(112, 'unrecoverable position')
    let publications = room.log.filter(pub => !since || (reverse ? pub.offset < since.offset : pub.offset > since.offset))
    if (reverse) publications.reverse()
    return { publications: limit < 0 ? publications : publications.slice(0, limit), epoch: room.epoch, offset: room.top }
  },
  rpc({ method, data }, peer) {
    if (method !== 'command') this.unknown()
    const [, verb, rest] = /^\/(\S*)\s*([^]*)$/.exec(data.text) ?? []
    if (!Object.hasOwn(commands, verb)) return { data: { text: `no such command: /${verb} (try /help; to say it, write //${verb})` } }
    return { data: { text: '', ...commands[verb].call(this, peer, rest, data.room) } }
  },
}

const commands = {
  help: () => ({ text: '/help, /name NAME, /who, /msg WHO TEXT, /me TEXT, /topic TEXT, /kick WHO WHY' }),
  who(peer, _, room) { return { text: [...this.joined(peer, room).members].map(each => `<${each.name}> #${each.id}`).join('\n') } },
  me(peer, text, room) { this.publish(this.joined(peer, room), { text, kind: 'action' }, peer.info()) },
  topic(peer, topic, room) {
    if (!topic) return { text: `the topic: ${this.room(room).topic}` }
    this.joined(peer, room).topic = topic
    this.publish(this.room(room), { kind: 'topic', topic, text: `<${peer.name}> set the topic: ${topic}` }, peer.info())
  },
  name(peer, rest) {
    const [name, key] = rest.split(' '), old = peer.name
    try { this.claim(peer, name, key || peer.key) } catch (error) { return { text: error.message } }
    for (const room of peer.rooms) this.publish(room, { kind: 'renamed', text: `<${old}> is now <${name}>` }, peer.info())
    return { name }
  },
  msg(peer, rest) {
    const [, to, text] = /^(\S+)\s*(.*)$/.exec(rest) ?? [], other = this.find(to)
    if (!other) return { text: `no such member: ${to}` }
    const data = { from: peer.name, to, text, time: new Date().toISOString() }
    for (const each of new Set([peer, other])) each.send({ push: { message: { data } } })
  },
  kick(peer, rest) {
    const [who, ...why] = rest.split(' ')
    this.find(who)?.socket.close(3503, `removed by ${peer.name}: ${why.join(' ')}`)
  },
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await Mock.start(Number(process.argv[2] ?? 0))).url)
