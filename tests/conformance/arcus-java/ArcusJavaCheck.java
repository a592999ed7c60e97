import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.ArcusClient;
import net.spy.memcached.CASResponse;
import net.spy.memcached.CASValue;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.MemcachedNode;
import net.spy.memcached.collection.Attributes;
import net.spy.memcached.collection.BTreeGetResult;
import net.spy.memcached.collection.BTreeOrder;
import net.spy.memcached.collection.CollectionAttributes;
import net.spy.memcached.collection.CollectionOverflowAction;
import net.spy.memcached.collection.CollectionResponse;
import net.spy.memcached.collection.Element;
import net.spy.memcached.collection.ElementFlagFilter;
import net.spy.memcached.collection.ElementFlagUpdate;
import net.spy.memcached.collection.ElementValueType;
import net.spy.memcached.collection.SMGetElement;
import net.spy.memcached.collection.SMGetMode;
import net.spy.memcached.internal.CollectionFuture;
import net.spy.memcached.internal.CollectionGetBulkFuture;
import net.spy.memcached.internal.SMGetFuture;
import net.spy.memcached.ops.CollectionOperationStatus;
import net.spy.memcached.ops.OperationStatus;

/**
 * Drives a cache cloud by the Arcus Java client as it is published. Prints a line a check: "passed NAME" or "failed NAME: why".
 * Lines "place KEY ADDRESS" say where the client has put a key. After "kill ADDRESS" it waits for a line on standard input, which
 * says that the node is dead; after "start ADDRESS" for one that says that it is back.
 *
 * Arguments: ensemble, service code.
 */
public final class ArcusJavaCheck {
  private static final int KEYS = 2000;
  private static final int BACK_WITHIN_S = 60;
  private static final BufferedReader INPUT = new BufferedReader(new InputStreamReader(System.in));
  private static ArcusClient client;

  public static void main(String[] arguments) throws Exception {
    ConnectionFactoryBuilder factory = new ConnectionFactoryBuilder();
    factory.setOpTimeout(20_000);
    client = ArcusClient.createArcusClient(arguments[0], arguments[1], factory);
    check("places 2000 keys", ArcusJavaCheck::placement);
    check("stores and reads values of all types", ArcusJavaCheck::values);
    check("adds, replaces, appends, counts, compares and sets", ArcusJavaCheck::changes);
    check("stores, reads and deletes in bulk", ArcusJavaCheck::bulk);
    check("keeps lists", ArcusJavaCheck::lists);
    check("keeps sets", ArcusJavaCheck::sets);
    check("keeps maps", ArcusJavaCheck::maps);
    check("keeps b+trees", ArcusJavaCheck::trees);
    check("trims b+trees, and says so", ArcusJavaCheck::trimming);
    check("keeps b+trees with bkeys of bytes", ArcusJavaCheck::byteTrees);
    check("inserts by pipes", ArcusJavaCheck::pipes);
    check("inserts into many collections in bulk", ArcusJavaCheck::bulkInserts);
    check("reads many b+trees", ArcusJavaCheck::manyTrees);
    check("merges many b+trees", ArcusJavaCheck::sortMerge);
    check("reads and changes attributes", ArcusJavaCheck::attributes);
    check("flushes a prefix on all nodes", ArcusJavaCheck::flushPrefix);
    check("asks all nodes for versions and statistics", ArcusJavaCheck::statistics);
    check("loses a node, and goes on with the others", ArcusJavaCheck::failure);
    client.shutdown(5, TimeUnit.SECONDS);
    System.out.println("done");
    System.exit(0);
  }

  private static Object placement() throws Exception {
    for (int i = 0; i < KEYS; i++) {
      String key = "ktest:key" + i;
      require(client.set(key, 0, "value" + i).get(), key);
      System.out.println("place " + key + " " + ownerOf(key));
    }
    return null;
  }

  private static Object values() throws Exception {
    Date date = new Date(1_700_000_000_123L);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100_000; i++) text.append((char) ('a' + i % 26));
    Object[] all = {"text", "\uD55C\uAE00", 5, -5, 5L, Long.MAX_VALUE, true, false, (byte) 7, 1.5f, -2.5d, date, text.toString(), new ArrayList<>(Arrays.asList("a", 1))};
    for (Object value : all) {
      require(client.set("jkv:value", 100, value).get(), value);
      equal(client.asyncGet("jkv:value").get(), value);
    }
    byte[] bytes = {0, 13, 10, -1};
    require(client.set("jkv:value", 0, bytes).get(), "bytes");
    require(Arrays.equals((byte[]) client.asyncGet("jkv:value").get(), bytes), "bytes come back");
    equal(client.asyncGet("jkv:none").get(), null);
    return null;
  }

  private static Object changes() throws Exception {
    equal(client.add("jkv:a", 0, "x").get(), true);
    equal(client.add("jkv:a", 0, "y").get(), false);
    equal(client.replace("jkv:a", 0, "y").get(), true);
    equal(client.replace("jkv:none", 0, "y").get(), false);
    equal(client.append(0, "jkv:a", "2").get(), true);
    equal(client.prepend(0, "jkv:a", "1").get(), true);
    equal(client.asyncGet("jkv:a").get(), "1y2");
    equal(client.incr("jkv:n", 1), -1L);
    equal(client.incr("jkv:n", 1, 10), 10L);
    equal(client.incr("jkv:n", 5), 15L);
    equal(client.decr("jkv:n", 100), 0L);
    CASValue<Object> read = client.asyncGets("jkv:a").get();
    equal(client.asyncCAS("jkv:a", read.getCas(), "z").get(), CASResponse.OK);
    equal(client.asyncCAS("jkv:a", read.getCas(), "z").get(), CASResponse.EXISTS);
    equal(client.asyncCAS("jkv:none", 1, "z").get(), CASResponse.NOT_FOUND);
    equal(client.delete("jkv:a").get(), true);
    equal(client.delete("jkv:a").get(), false);
    return null;
  }

  private static Object bulk() throws Exception {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < 1500; i++) values.put("jbulk:" + i, "v" + i);
    Map<String, CollectionOperationStatus> bad = client.asyncSetBulk(values, 0).get();
    equal(bad.size(), 0);
    List<String> keys = new ArrayList<>(values.keySet());
    keys.add("jbulk:none");
    equal(client.asyncGetBulk(keys).get(), values);
    equal(client.asyncGetsBulk(keys).get().size(), values.size());
    Map<String, OperationStatus> left = client.asyncDeleteBulk(keys).get();
    equal(left.keySet(), new HashSet<>(Arrays.asList("jbulk:none")));
    equal(client.asyncGetBulk(keys).get().size(), 0);
    return null;
  }

  private static Object lists() throws Exception {
    equal(client.asyncLopInsert("jlist", 0, "a", null).get(), false);
    equal(client.asyncLopInsert("jlist", 0, "b", new CollectionAttributes()).get(), true);
    equal(client.asyncLopInsert("jlist", -1, "c", null).get(), true);
    equal(client.asyncLopInsert("jlist", 0, "a", null).get(), true);
    equal(client.asyncLopGet("jlist", 0, -1, false, false).get(), Arrays.asList("a", "b", "c"));
    equal(client.asyncLopGet("jlist", -1, 0, false, false).get(), Arrays.asList("c", "b", "a"));
    CollectionFuture<Boolean> far = client.asyncLopInsert("jlist", 9, "z", null);
    equal(far.get(), false);
    equal(far.getOperationStatus().getResponse(), CollectionResponse.OUT_OF_RANGE);
    equal(client.asyncLopDelete("jlist", 1, false).get(), true);
    equal(client.asyncLopGet("jlist", 0, 10, true, true).get(), Arrays.asList("a", "c"));
    equal(client.asyncGetAttr("jlist").get(), null);
    equal(client.asyncLopCreate("jlist", ElementValueType.LONG, new CollectionAttributes(0, 2L, CollectionOverflowAction.error)).get(), true);
    equal(client.asyncLopInsert("jlist", 0, 1L, null).get(), true);
    equal(client.asyncLopInsert("jlist", 0, 2L, null).get(), true);
    CollectionFuture<Boolean> full = client.asyncLopInsert("jlist", 0, 3L, null);
    equal(full.get(), false);
    equal(full.getOperationStatus().getResponse(), CollectionResponse.OVERFLOWED);
    equal(client.asyncLopGet("jlist", 0, 1, false, false).get(), Arrays.asList(2L, 1L));
    return null;
  }

  private static Object sets() throws Exception {
    equal(client.asyncSopInsert("jset", "a", new CollectionAttributes()).get(), true);
    CollectionFuture<Boolean> again = client.asyncSopInsert("jset", "a", null);
    equal(again.get(), false);
    equal(again.getOperationStatus().getResponse(), CollectionResponse.ELEMENT_EXISTS);
    equal(client.asyncSopInsert("jset", "b", null).get(), true);
    equal(client.asyncSopExist("jset", "a").get(), true);
    equal(client.asyncSopExist("jset", "z").get(), false);
    equal(client.asyncSopGet("jset", 10, false, false).get(), new HashSet<>(Arrays.asList("a", "b")));
    equal(client.asyncSopDelete("jset", "a", true).get(), true);
    equal(client.asyncSopDelete("jset", "a", true).get(), false);
    equal(client.asyncSopGet("jset", 10, true, true).get(), new HashSet<>(Arrays.asList("b")));
    equal(client.asyncSopExist("jset", "b").get(), false);
    return null;
  }

  private static Object maps() throws Exception {
    equal(client.asyncMopInsert("jmap", "f1", "v1", new CollectionAttributes()).get(), true);
    equal(client.asyncMopInsert("jmap", "f1", "v2", null).get(), false);
    equal(client.asyncMopUpdate("jmap", "f1", "v3").get(), true);
    equal(client.asyncMopInsert("jmap", "f2", "v4", null).get(), true);
    equal(client.asyncMopUpdate("jmap", "f2", "v5").get(), true);
    equal(client.asyncMopUpdate("jmap", "f9", "v5").get(), false);
    Map<String, Object> both = new HashMap<>();
    both.put("f1", "v3");
    both.put("f2", "v5");
    equal(client.asyncMopGet("jmap", false, false).get(), both);
    equal(client.asyncMopGet("jmap", Arrays.asList("f1", "f2", "f9"), false, false).get(), both);
    equal(client.asyncMopDelete("jmap", "f1", false).get(), true);
    both.remove("f1");
    equal(client.asyncMopGet("jmap", "f2", true, true).get(), both);
    equal(client.asyncGetAttr("jmap").get(), null);
    return null;
  }

  private static Object trees() throws Exception {
    for (long bkey = 0; bkey < 10; bkey++) {
      byte[] flag = bkey % 2 == 0 ? null : new byte[] {(byte) bkey};
      equal(client.asyncBopInsert("jtree", bkey, flag, "v" + bkey, new CollectionAttributes()).get(), true);
    }
    equal(client.asyncBopInsert("jtree", 3, null, "other", null).get(), false);
    equal(client.asyncBopUpsert("jtree", 2, null, "w2", null).get(), true);
    equal(values(client.asyncBopGet("jtree", 1, 3, ElementFlagFilter.DO_NOT_FILTER, 0, 0, false, false).get()), Arrays.asList("v1", "w2", "v3"));
    equal(values(client.asyncBopGet("jtree", 9, 0, ElementFlagFilter.DO_NOT_FILTER, 1, 2, false, false).get()), Arrays.asList("v8", "v7"));
    ElementFlagFilter five = new ElementFlagFilter(ElementFlagFilter.CompOperands.GreaterOrEqual, new byte[] {5});
    equal(values(client.asyncBopGet("jtree", 0, 9, five, 0, 0, false, false).get()), Arrays.asList("v5", "v7", "v9"));
    equal(client.asyncBopGetItemCount("jtree", 0, 9, five).get(), 3);
    equal(client.asyncBopUpdate("jtree", 4, new ElementFlagUpdate(new byte[] {44}), "w4").get(), true);
    equal(client.asyncBopUpdate("jtree", 77, null, "w4").get(), false);
    Element<Object> four = client.asyncBopGet("jtree", 4, ElementFlagFilter.DO_NOT_FILTER, false, false).get().get(4L);
    equal(four.getValue(), "w4");
    require(Arrays.equals(four.getFlag(), new byte[] {44}), "flag of 4");
    equal(client.asyncBopFindPosition("jtree", 7, BTreeOrder.ASC).get(), 7);
    equal(client.asyncBopFindPosition("jtree", 7, BTreeOrder.DESC).get(), 2);
    equal(client.asyncBopGetByPosition("jtree", BTreeOrder.ASC, 0, 2).get().keySet().toString(), "[0, 1, 2]");
    equal(client.asyncBopFindPositionWithGet("jtree", 5, BTreeOrder.ASC, 1).get().keySet().toString(), "[4, 5, 6]");
    equal(client.asyncBopInsert("jtree", 100, null, "10", null).get(), true);
    equal(client.asyncBopIncr("jtree", 100, 5).get(), 15L);
    equal(client.asyncBopDecr("jtree", 100, 50).get(), 0L);
    equal(client.asyncBopDelete("jtree", 0, 5, ElementFlagFilter.DO_NOT_FILTER, 2, false).get(), true);
    equal(client.asyncBopGetItemCount("jtree", 0, 200, ElementFlagFilter.DO_NOT_FILTER).get(), 9);
    equal(client.asyncBopGet("jtree", 0, 200, ElementFlagFilter.DO_NOT_FILTER, 0, 0, true, true).get().size(), 9);
    equal(client.asyncGetAttr("jtree").get(), null);
    return null;
  }

  private static Object trimming() throws Exception {
    CollectionAttributes three = new CollectionAttributes(0, 3L, CollectionOverflowAction.smallest_trim);
    for (long bkey = 1; bkey <= 5; bkey++) {
      equal(client.asyncBopInsert("jtrim", bkey, null, "v" + bkey, three).get(), true);
    }
    CollectionFuture<Map<Long, Element<Object>>> found = client.asyncBopGet("jtrim", 1, 9, ElementFlagFilter.DO_NOT_FILTER, 0, 0, false, false);
    equal(values(found.get()), Arrays.asList("v3", "v4", "v5"));
    equal(found.getOperationStatus().getResponse(), CollectionResponse.TRIMMED);
    CollectionFuture<Map<Long, Element<Object>>> gone = client.asyncBopGet("jtrim", 1, 2, ElementFlagFilter.DO_NOT_FILTER, 0, 0, false, false);
    gone.get();
    equal(gone.getOperationStatus().getResponse(), CollectionResponse.OUT_OF_RANGE);
    return null;
  }

  private static Object byteTrees() throws Exception {
    byte[][] bkeys = {{0}, {0, 1}, {1}, {(byte) 0xff}};
    for (byte[] bkey : bkeys) {
      equal(client.asyncBopInsert("jbytes", bkey, new byte[] {9}, "v" + bkey.length, new CollectionAttributes()).get(), true);
    }
    equal(client.asyncBopGet("jbytes", new byte[] {0}, new byte[] {1}, ElementFlagFilter.DO_NOT_FILTER, 0, 0, false, false).get().size(), 3);
    CollectionFuture<Boolean> number = client.asyncBopInsert("jbytes", 1, null, "x", null);
    equal(number.get(), false);
    equal(number.getOperationStatus().getResponse(), CollectionResponse.BKEY_MISMATCH);
    return null;
  }

  private static Object pipes() throws Exception {
    Map<Long, Object> elements = new TreeMap<>();
    Map<String, Object> fields = new LinkedHashMap<>();
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      elements.put((long) i, "v" + i);
      fields.put("f" + i, "v" + i);
      list.add("v" + i);
    }
    equal(client.asyncBopPipedInsertBulk("jpipe:b", elements, new CollectionAttributes()).get().size(), 0);
    equal(client.asyncBopGetItemCount("jpipe:b", 0, 5000, ElementFlagFilter.DO_NOT_FILTER).get(), 1200);
    equal(client.asyncMopPipedInsertBulk("jpipe:m", fields, new CollectionAttributes()).get().size(), 0);
    equal(client.asyncMopGet("jpipe:m", false, false).get(), fields);
    equal(client.asyncLopPipedInsertBulk("jpipe:l", -1, list, new CollectionAttributes()).get().size(), 0);
    equal(client.asyncLopGet("jpipe:l", 0, -1, false, false).get(), list);
    equal(client.asyncSopPipedInsertBulk("jpipe:s", list, new CollectionAttributes()).get().size(), 0);
    Map<Object, Boolean> exist = client.asyncSopPipedExistBulk("jpipe:s", Arrays.asList((Object) "v1", "none")).get();
    equal(exist.get("v1"), true);
    equal(exist.get("none"), false);
    equal(client.asyncSopPipedInsertBulk("jpipe:s", Arrays.asList((Object) "v1", "new"), null).get().keySet(), new HashSet<>(Arrays.asList(0)));
    return null;
  }

  private static List<String> treeKeys() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 300; i++) keys.add("jmany:" + i);
    return keys;
  }

  private static Object bulkInserts() throws Exception {
    for (long bkey = 0; bkey < 4; bkey++) {
      equal(client.asyncBopInsertBulk(treeKeys(), bkey, null, "v" + bkey, new CollectionAttributes()).get().size(), 0);
    }
    List<String> lists = new ArrayList<>();
    for (int i = 0; i < 300; i++) lists.add("jmanylists:" + i);
    equal(client.asyncLopInsertBulk(lists, 0, "x", new CollectionAttributes()).get().size(), 0);
    equal(client.asyncLopGet("jmanylists:299", 0, -1, false, false).get(), Arrays.asList("x"));
    return null;
  }

  private static Object manyTrees() throws Exception {
    List<String> keys = treeKeys();
    keys.add("jmany:none");
    CollectionGetBulkFuture<Map<String, BTreeGetResult<Long, Object>>> read = client.asyncBopGetBulk(keys, 1, 2, ElementFlagFilter.DO_NOT_FILTER, 0, 10);
    Map<String, BTreeGetResult<Long, Object>> found = read.get();
    equal(found.size(), 301);
    for (String key : treeKeys()) equal(found.get(key).getElements().size(), 2);
    equal(found.get("jmany:none").getCollectionResponse().getResponse(), CollectionResponse.NOT_FOUND);
    return null;
  }

  private static Object sortMerge() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int tree = 0; tree < 30; tree++) {
      String key = "jmerge:" + tree;
      keys.add(key);
      for (long at = 0; at < 10; at++) {
        client.asyncBopInsert(key, at * 30 + tree, null, key, new CollectionAttributes()).get();
      }
    }
    keys.add("jmerge:none");
    for (boolean up : new boolean[] {true, false}) {
      long from = up ? 0 : 299;
      SMGetFuture<List<SMGetElement<Object>>> future = client.asyncBopSortMergeGet(keys, from, 299 - from, ElementFlagFilter.DO_NOT_FILTER, 200, SMGetMode.DUPLICATE);
      List<SMGetElement<Object>> merged = future.get();
      equal(merged.size(), 200);
      for (int i = 0; i < 200; i++) {
        long bkey = up ? i : 299 - i;
        equal(merged.get(i).getBkey(), bkey);
        equal(merged.get(i).getKey(), "jmerge:" + bkey % 30);
      }
      equal(future.getMissedKeys().keySet(), new HashSet<>(Arrays.asList("jmerge:none")));
    }
    List<String> same = Arrays.asList("jmany:0", "jmany:1", "jmany:2", "jmany:3");
    equal(client.asyncBopSortMergeGet(same, 0, 9, ElementFlagFilter.DO_NOT_FILTER, 100, SMGetMode.UNIQUE).get().size(), 4);
    equal(client.asyncBopSortMergeGet(same, 0, 9, ElementFlagFilter.DO_NOT_FILTER, 100, SMGetMode.DUPLICATE).get().size(), 16);
    equal(client.asyncBopSortMergeGet(same, 0, 9, ElementFlagFilter.DO_NOT_FILTER, 0, 5).get().size(), 5);
    return null;
  }

  private static Object attributes() throws Exception {
    equal(client.asyncBopInsert("jattr", 7, null, "x", new CollectionAttributes(100, 50L, CollectionOverflowAction.largest_trim)).get(), true);
    CollectionAttributes read = client.asyncGetAttr("jattr").get();
    equal(read.getMaxCount(), 50L);
    equal(read.getCount(), 1L);
    equal(read.getOverflowAction(), CollectionOverflowAction.largest_trim);
    equal(read.getMinBkey(), 7L);
    require(read.getExpireTime() > 0 && read.getExpireTime() <= 100, "expiry " + read.getExpireTime());
    CollectionAttributes change = new CollectionAttributes();
    change.setMaxCount(60);
    change.setExpireTime(1000);
    equal(client.asyncSetAttr("jattr", change).get(), true);
    equal(client.asyncGetAttr("jattr").get().getMaxCount(), 60L);
    equal(client.asyncSetAttr("jattr:none", new Attributes(10)).get(), false);
    return null;
  }

  private static Object flushPrefix() throws Exception {
    for (int i = 0; i < 50; i++) require(client.set("jflush:" + i, 0, "x").get(), i);
    require(client.set("jkept:1", 0, "x").get(), "jkept:1");
    equal(client.flush("jflush").get(), true);
    for (int i = 0; i < 50; i++) equal(client.asyncGet("jflush:" + i).get(), null);
    equal(client.asyncGet("jkept:1").get(), "x");
    return null;
  }

  private static Object statistics() throws Exception {
    int nodes = client.getNodeLocator().getAll().size();
    equal(client.getVersions().size(), nodes);
    equal(client.getStats().size(), nodes);
    for (Map<String, String> stats : client.getStats().values()) require(stats.containsKey("curr_items"), "curr_items");
    return null;
  }

  /** Kills the owner of a key: its keys fail, others do not, and with the new ring all can be stored again; then back again. */
  private static Object failure() throws Exception {
    String address = ownerOf("ktest:key0");
    int before = client.getNodeLocator().getAll().size();
    System.out.println("kill " + address);
    INPUT.readLine();
    int failed = 0;
    for (int i = 0; i < 300; i++) {
      String key = "ktest:key" + i;
      boolean isLost = ownerOf(key).equals(address);
      try {
        Object value = client.asyncGet(key).get(300, TimeUnit.MILLISECONDS);
        if (!isLost) equal(value, "value" + i);
      } catch (AssertionError error) {
        throw error;
      } catch (Exception error) {
        require(isLost, key + " failed, which is of another node: " + error);
        if (++failed == 3) break;
      }
    }
    waitFor("the ring has a node less", () -> client.getNodeLocator().getAll().size() == before - 1);
    for (int i = 0; i < 300; i++) {
      require(client.set("ktest:key" + i, 0, "new" + i).get(), "ktest:key" + i);
      equal(client.asyncGet("ktest:key" + i).get(), "new" + i);
    }
    System.out.println("start " + address);
    INPUT.readLine();
    waitFor("the node is back", () -> client.getNodeLocator().getAll().size() == before);
    waitFor("its keys can be stored", () -> client.set("ktest:key0", 0, "again").get(1, TimeUnit.SECONDS));
    equal(client.asyncGet("ktest:key0").get(), "again");
    return null;
  }

  /** Where the client sends a key now: ip:port. */
  private static String ownerOf(String key) {
    MemcachedNode node = client.getNodeLocator().getPrimary(key);
    String[] parts = node.getSocketAddress().toString().split("/");
    return parts[parts.length - 1];
  }

  private static void waitFor(String what, Callable<Boolean> condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(BACK_WITHIN_S);
    while (System.nanoTime() < until) {
      try {
        if (condition.call()) return;
      } catch (Exception error) {
        // Not yet.
      }
      Thread.sleep(50);
    }
    throw new AssertionError("not within " + BACK_WITHIN_S + " s: " + what);
  }

  private static List<Object> values(Map<Long, Element<Object>> elements) {
    List<Object> values = new ArrayList<>();
    for (Element<Object> element : elements.values()) values.add(element.getValue());
    return values;
  }

  private static void check(String name, Callable<Object> body) {
    try {
      body.call();
      System.out.println("passed " + name);
    } catch (Throwable error) {
      StackTraceElement at = Arrays.stream(error.getStackTrace()).filter(e -> e.getClassName().equals("ArcusJavaCheck") && !e.getMethodName().equals("equal") && !e.getMethodName().equals("require")).findFirst().orElse(null);
      System.out.println("failed " + name + ": " + String.valueOf(error).replace('\n', ' ') + (at == null ? "" : " at line " + at.getLineNumber()));
    }
  }

  private static void equal(Object found, Object wanted) {
    boolean same = found == null ? wanted == null : found.equals(wanted);
    if (!same) throw new AssertionError("found " + found + ", wanted " + wanted);
  }

  private static void require(boolean holds, Object what) {
    if (!holds) throw new AssertionError("does not hold: " + what);
  }
}
