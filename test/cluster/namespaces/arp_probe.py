#!/usr/bin/python3 -S
"""Asks "who has ADDRESS?" every 50 ms and prints one line "EPOCH_MS MAC" per reply.

Usage: arp_probe.py INTERFACE SOURCE_ADDRESS ADDRESS. Every request is a broadcast, so whoever holds the address answers:
two different answers to one request mean that two machines hold it.
"""
import select, socket, struct, sys, time

interface, source, target = sys.argv[1:]
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
raw.bind((interface, 0x0806))
mac = raw.getsockname()[4]
request = (b'\xff' * 6 + mac + struct.pack('!HHHBBH', 0x0806, 1, 0x0800, 6, 4, 1) + mac + socket.inet_aton(source)
           + b'\0' * 6 + socket.inet_aton(target))
due = 0.0
while True:
    now = time.monotonic()
    if now >= due:
        try:
            raw.send(request)
        except OSError:
            pass
        due = now + 0.05
    if not select.select([raw], [], [], max(0, due - time.monotonic()))[0]:
        continue
    frame = raw.recv(2048)
    if len(frame) >= 42 and frame[20:22] == b'\0\2' and frame[28:32] == socket.inet_aton(target):
        print('%d %s' % (time.time() * 1000, frame[22:28].hex(':')), flush=True)
