/** Conversations with a cache node, a request a line; `|` stands for the end of a line within one. */
const CONVERSATIONS = [
  "set a 1 0 3|abc; get a; gets a b a; append a 0 0 2|de; prepend a 0 0 1|x; replace a 2 0 0|; delete a; get a",
  "set n 0 0 2|10; incr n 5; decr n 100; incr m 1 0 0 7; cas n 0 0 1 1|5; touch n 100; add n 0 0 1|x; delete n noreply",
  "mget 5 3|a b n; mgets 3 2|a n; get pre:a pre:b; set pre:a 0 0 4|a\r\nb; set pre:b 0 -1 1|s; flush_prefix pre",
  "lop create l 1 0 5; lop insert l 0 3|abc; lop insert l -1 1 create 2 0 3 head_trim|z; lop get l 0..-1; lop delete l 0 drop",
  "lop insert l 0 1 create 0 0 0 pipe|a; lop insert l 0 1 pipe|b; sop exist s 1 pipe|x; lop insert l -1 1|c; lop get l 0..-1 delete",
  "sop create s 2 0 3; sop insert s 3|aaa; sop insert s 3 create 0 0 0 noreply|bbb; sop exist s 3|aaa; sop get s 0; sop delete s 3 drop|aaa",
  "mop insert m1 f 3 create 3 0 4|v_1; mop upsert m1 g 3|v_2; mop update m1 f 1|x; mop get m1 3 2|f g; mop delete m1 1 1 drop|f; mop get m1 0 0 drop",
  "bop create b 1 0 5 largest_trim; bop insert b 10 3|aaa; bop upsert b 10 0x0102 2|bb; bop get b 0..100 0 & 0x0F EQ 0x01,0x02 1 5",
  "bop insert b 20 0xFF 1 create 4 0 3 getrim|x; bop update b 20 0 | 0xF0 -1; bop incr b 30 5 18446744073709551615 0x01; bop count b 0..99 0 NE 0x01",
  "bop insert h 0x00AA 1 create 0 0 0|x; bop insert h 0xFF 1|y; bop get h 0x00..0xFFFF delete; bop delete h 0xFF..0x00 3 drop pipe; bop decr h 0x0A 1 9",
  "bop insert b 18446744073709551615 1 create 0 0 0|z; bop position b 20 asc; bop pwg b 20 desc 3; bop gbp b asc 0..9; bop delete b 0..99 0 GT 0x00 2",
  "bop mget 5 3 0..100 0 EQ 0xFF 1 5|b h c; bop smget 3 2 100..0 9 unique|b c; bop smget 3 2 0..100 1 9 duplicate|b h; bop smget 1 1 5 2|b",
  "setattr b maxbkeyrange=50 maxcount=3 overflowaction=smallest_silent_trim readable=on; getattr b; getattr a type flags; setattr l expiretime=9",
  "bop insert b 99 1 pipe noreply|x; bop foo b 1; lop insert zz xx 1 pipe|b; version; get; set a; noop; \r\n; delete a 0; ready; help bop",
  "scan key 0 count 5 match *a* type A; scan prefix 0; stats; stats prefixes; stats items; config maxconns; lqdetect stats; verbosity 1; flush_all 5 noreply",
] as const;

/** Requests of every family, as a client sends them. */
export function sampleConversations(): Buffer[] {
  return CONVERSATIONS.map((conversation) => {
    const lines = conversation.split("; ").map((request) => `${request.replaceAll(/\|(?! )/g, "\r\n")}\r\n`);
    return Buffer.from(lines.join(""), "latin1");
  });
}

/** Replies of every family, as a node sends them, each behind the character that stands for its reader. */
export function sampleCacheReplies(): Buffer[] {
  return [
    "vVALUE a 1 3\r\nabc\r\nVALUE b 0 0 77\r\n\r\nEND\r\n",
    "sSTORED\r\nCREATED_STORED\r\nNOT_FOUND_ELEMENT\r\nCLIENT_ERROR bad value\r\nSERVER_ERROR out of memory\r\n",
    "lVALUE 7 2\r\n3 abc\r\n0 \r\nDELETED_DROPPED\r\n",
    "mVALUE 7 2\r\nf 3 abc\r\ng 1 x\r\nEND\r\n",
    "bVALUE 7 3\r\n10 0xFF 3 abc\r\n0x0A 1 x\r\n18446744073709551615 0 \r\nTRIMMED\r\n",
    "MVALUE b OK 11 1\r\nELEMENT 1 0x01 3 k11\r\nVALUE c NOT_FOUND\r\nVALUE d TRIMMED 0 1\r\nELEMENT 0x01 0 \r\nEND\r\n",
    "SELEMENTS 2\r\nb 1 10 3 abc\r\nc 2 10 0xFF 1 x\r\nMISSED_KEYS 1\r\nd NOT_FOUND\r\nTRIMMED_KEYS 1\r\nb 10\r\nDUPLICATED\r\n",
    "pRESPONSE 3\r\nSTORED\r\nEXIST\r\n12\r\nEND\r\nRESPONSE 1\r\nCLIENT_ERROR bad\r\nPIPE_ERROR bad error\r\n",
    "kKEYS 2 17\r\na K 0\r\nb B 100\r\nEND\r\n",
    "VVERSION 1.15.0\r\n",
    "cCOUNT=5\r\nCOUNT=0\r\nNOT_FOUND\r\n",
    "n18446744073709551615\r\n0\r\nTYPE_MISMATCH\r\n",
    "aATTR type=b+tree\r\nATTR count=5\r\nEND\r\n",
  ].map((text) => Buffer.from(text, "latin1"));
}
