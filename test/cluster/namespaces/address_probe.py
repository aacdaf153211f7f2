#!/usr/bin/python3 -S
"""Asks "who has ADDRESS?" and pings it, every 50 ms; prints "EPOCH_MS arp MAC" and "EPOCH_MS ping" per reply.

Usage: address_probe.py INTERFACE SOURCE_ADDRESS ADDRESS. Every ARP request is a broadcast, so whoever holds the address
answers: two different answers to one request mean that two machines hold it.
"""
import os, select, socket, struct, sys, time

interface, source, target = sys.argv[1:]
arp = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
arp.bind((interface, 0x0806))
mac = arp.getsockname()[4]
who_has = (b'\xff' * 6 + mac + struct.pack('!HHHBBH', 0x0806, 1, 0x0800, 6, 4, 1) + mac + socket.inet_aton(source)
           + b'\0' * 6 + socket.inet_aton(target))
icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
identity = os.getpid() & 0xffff
for each in (arp, icmp):
    each.setblocking(False)


def echo(number):
    packet = struct.pack('!BBHHH', 8, 0, 0, identity, number)
    total = sum(struct.unpack('!4H', packet))
    total = (total & 0xffff) + (total >> 16)
    return struct.pack('!BBHHH', 8, 0, ~(total + (total >> 16)) & 0xffff, identity, number)


due, number = 0.0, 0
while True:
    now = time.monotonic()
    if now >= due:
        number = (number + 1) & 0xffff
        for sender, packet in ((arp.send, who_has), (lambda p: icmp.sendto(p, (target, 0)), echo(number))):
            try:
                sender(packet)
            except OSError:
                pass
        due = now + 0.05
    for ready in select.select([arp, icmp], [], [], max(0, due - time.monotonic()))[0]:
        try:
            frame = ready.recv(2048)
        except OSError:  # "host unreachable" is reported here
            continue
        if ready is arp and len(frame) >= 42 and frame[20:22] == b'\0\2' and frame[28:32] == socket.inet_aton(target):
            print('%d arp %s' % (time.time() * 1000, frame[22:28].hex(':')), flush=True)
        if ready is icmp and frame[20] == 0 and struct.unpack('!H', frame[24:26])[0] == identity:
            print('%d ping' % (time.time() * 1000), flush=True)
