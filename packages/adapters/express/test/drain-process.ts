// A server in a process of its own: it tells its port, and at its end which requests it has accepted.
import type { AddressInfo } from 'node:net'
import { drain as lifecycleDrain } from '@holdfast/lifecycle'
import express from 'express'
import { drain } from '../src/index.ts'

const accepted: string[] = []
const end = lifecycleDrain({
  delay: 100,
  exit: (code) => process.send?.(accepted, () => process.exit(code)),
})
const draining = drain({ drain: end })
const app = express()
app.use(draining)
app.get('/:id', (req, res) => {
  accepted.push(req.params.id)
  setTimeout(() => res.send(req.params.id), 5 + Math.random() * 40)
})
const server = draining.closes(app.listen(0, '127.0.0.1'))
server.once('listening', () => process.send?.((server.address() as AddressInfo).port))
