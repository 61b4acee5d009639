import { describe, expect, it } from '@jest/globals';
import { judgeAddress } from './judge-address.js';

describe('addresses nothing is sent to', () => {
  it.each([
    ['0.0.0.0', 'this_network'],
    ['0.255.255.255', 'this_network'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['100.64.0.0', 'carrier_nat'],
    ['100.127.255.255', 'carrier_nat'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.0.1', 'link_local'],
    ['169.254.169.254', 'link_local'],
    ['168.63.129.16', 'metadata'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.170', 'protocol'],
    ['192.0.2.1', 'documentation'],
    ['192.31.196.1', 'special'],
    ['192.52.193.1', 'special'],
    ['192.88.99.1', 'relay'],
    ['192.168.0.0', 'private'],
    ['192.168.255.255', 'private'],
    ['192.175.48.6', 'special'],
    ['198.18.0.0', 'benchmark'],
    ['198.19.255.255', 'benchmark'],
    ['198.51.100.7', 'documentation'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['::', 'this_network'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::ffff:127.0.0.1', 'ipv4_in_ipv6'],
    ['::ffff:8.8.8.8', 'ipv4_in_ipv6'],
    ['::ffff:7f00:1', 'ipv4_in_ipv6'],
    ['::127.0.0.1', 'ipv4_in_ipv6'],
    ['64:ff9b::a9fe:a9fe', 'nat64'],
    ['64:ff9b:1::1', 'nat64'],
    ['100::1', 'discard'],
    ['2001::1', 'protocol'],
    ['2001:1ff:ffff::1', 'protocol'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', 'six_to_four'],
    ['2620:4f:8000::1', 'special'],
    ['3fff:fff::1', 'documentation'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'private'],
    ['fdff::1', 'private'],
    ['fe80::1', 'link_local'],
    ['febf::1', 'link_local'],
    ['fec0::1', 'site_local'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'reserved'],
    ['1fff::1', 'reserved'],
    ['5f00::1', 'reserved'],
  ])('%s: %s', (address, why) => {
    expect(judgeAddress(address)).toBe(why);
  });

  it.each([
    ...['', 'localhost', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', '127.0.0.1.', '1.2.3.256', '01.2.3.4'],
    ...['fe80::1%eth0', '1::2::3', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', 'g::1', '::1.2.3.4:5'],
    ...['1:2:3:4:5:6:7:8::', '[::1]', ' 8.8.8.8', '8.8.8.8\n'],
  ])('refuses what is not plainly an address: %j', (text) => {
    expect(judgeAddress(text)).toBe('not_an_address');
  });
});

describe('addresses of the internet', () => {
  it.each([
    ...['8.8.8.8', '1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
    ...['128.0.0.1', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255'],
    ...['192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '168.63.129.17'],
    ...['2001:4860:4860::8888', '2606:4700:4700::1111', '2001:200::1', '2003::1', '3ffe::1', '2a00:1450::5.6.7.8'],
    ...['2001:4860:0:0:0:0:0:8888', '2620:4f:8001::1'],
  ])('%s is one', (address) => {
    expect(judgeAddress(address)).toBeUndefined();
  });
});
