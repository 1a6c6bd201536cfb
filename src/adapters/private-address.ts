// Tells addresses of the public internet from all others, in each spelling that a system accepts.
import { BlockList, isIP } from 'node:net';

/** Ranges that are private, shared, loopback, link-local, multicast, reserved or a cloud's own. */
const CLOSED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Holds the metadata service of most clouds.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // The wire server of a cloud, reachable from within it alone.
  ['168.63.129.16', 32],
];

/** Below the one range of global addresses: special purposes, documentation, and tunnels that hold an IPv4 address. */
const CLOSED_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const closed = new BlockList();
const global6 = new BlockList();
const translated = new BlockList();

for (const [address, prefix] of CLOSED_V4) {
  closed.addSubnet(address, prefix, 'ipv4');
  closed.addSubnet(`64:ff9b::${address}`, 96 + prefix, 'ipv6');
}
for (const [address, prefix] of CLOSED_V6) closed.addSubnet(address, prefix, 'ipv6');
global6.addSubnet('2000::', 3, 'ipv6');
translated.addSubnet('64:ff9b::', 96, 'ipv6');

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** True for everything that is not a plain address of the public internet, and for what is no address at all. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) return true;
  if (family === 4) return closed.check(bare, 'ipv4');
  const mapped = MAPPED.exec(bare)?.[1];
  if (mapped !== undefined) return closed.check(mapped, 'ipv4');
  if (closed.check(bare, 'ipv6')) return true;
  // Other spellings of mapped addresses are none of the global ones either: refused.
  return !global6.check(bare, 'ipv6') && !translated.check(bare, 'ipv6');
}
