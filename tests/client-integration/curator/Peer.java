import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;

/**
 * A program that uses Curator as it is told on stdin: one command a line, `name path argument…`, one line of answer.
 * All commands run in one thread, because Curator's locks belong to threads.
 */
public class Peer {
    static CuratorFramework client;
    static final Map<String, Object> held = new HashMap<>();

    public static void main(String[] args) throws Exception {
        client = CuratorFrameworkFactory.newClient(args[0], 10000, 10000, new RetryOneTime(100));
        client.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            try {
                System.out.println("ok " + run(words[0], words[1], words));
            } catch (Throwable error) {
                System.out.println("error " + error);
            }
        }
        client.close();
    }

    static Object run(String command, String path, String[] words) throws Exception {
        switch (command) {
            case "lock":
                return acquire(path, new InterProcessMutex(client, path), words);
            case "read":
                return acquire(path, new InterProcessReadWriteLock(client, path).readLock(), words);
            case "write":
                return acquire(path, new InterProcessReadWriteLock(client, path).writeLock(), words);
            case "unlock":
                ((InterProcessLock) held.remove(path)).release();
                return true;
            case "lease": {
                int max = Integer.parseInt(words[2]);
                Lease lease = new InterProcessSemaphoreV2(client, path, max).acquire(Long.parseLong(words[3]), TimeUnit.MILLISECONDS);
                if (lease != null) held.put(path, lease);
                return lease != null;
            }
            case "close":
                ((AutoCloseable) held.remove(path)).close();
                return true;
            case "latch": {
                LeaderLatch latch = new LeaderLatch(client, path, words[2]);
                latch.start();
                held.put(path, latch);
                return true;
            }
            case "leads":
                return ((LeaderLatch) held.get(path)).await(Long.parseLong(words[2]), TimeUnit.MILLISECONDS);
            case "leader":
                return ((LeaderLatch) held.get(path)).getLeader().getId();
            default:
                return more(command, path, words);
        }
    }

    static Object more(String command, String path, String[] words) throws Exception {
        switch (command) {
            case "add":
                return new DistributedAtomicLong(client, path, new RetryOneTime(10)).add(Long.parseLong(words[2])).postValue();
            case "count": {
                try (SharedCount count = new SharedCount(client, path, -1)) {
                    count.start();
                    int before = count.getCount();
                    count.setCount(Integer.parseInt(words[2]));
                    return before;
                }
            }
            case "offer":
                return new SimpleDistributedQueue(client, path).offer(words[2].getBytes(StandardCharsets.UTF_8));
            case "poll": {
                byte[] item = new SimpleDistributedQueue(client, path).poll(Long.parseLong(words[2]), TimeUnit.MILLISECONDS);
                return item == null ? "null" : new String(item, StandardCharsets.UTF_8);
            }
            case "join": {
                GroupMember member = new GroupMember(client, path, words[2], words[3].getBytes(StandardCharsets.UTF_8));
                member.start();
                held.put(path, (AutoCloseable) member::close);
                held.put(path + "?", member);
                return true;
            }
            case "members":
                return new TreeSet<>(((GroupMember) held.get(path + "?")).getCurrentMembers().keySet());
            case "up":
                new DistributedBarrier(client, path).setBarrier();
                return true;
            case "down":
                new DistributedBarrier(client, path).removeBarrier();
                return true;
            case "pass":
                return new DistributedBarrier(client, path).waitOnBarrier(Long.parseLong(words[2]), TimeUnit.MILLISECONDS);
            case "together": {
                DistributedDoubleBarrier barrier = new DistributedDoubleBarrier(client, path, Integer.parseInt(words[2]));
                return barrier.enter(10, TimeUnit.SECONDS) && barrier.leave(10, TimeUnit.SECONDS);
            }
            default:
                return discover(command, path, words);
        }
    }

    static Object discover(String command, String path, String[] words) throws Exception {
        ServiceDiscovery<String> discovery =
                ServiceDiscoveryBuilder.builder(String.class).client(client).basePath(path).build();
        switch (command) {
            case "register": {
                discovery.start();
                discovery.registerService(ServiceInstance.<String>builder()
                        .name(words[2]).id(words[3]).address(words[4]).port(Integer.parseInt(words[5])).payload(words[6])
                        .build());
                held.put(path, discovery);
                return true;
            }
            case "find":
                return discovery.queryForInstances(words[2]).stream()
                        .map(i -> i.getId() + "@" + i.getAddress() + ":" + i.getPort() + "=" + i.getPayload())
                        .sorted().collect(Collectors.joining(","));
            default:
                throw new IllegalArgumentException(command);
        }
    }

    static boolean acquire(String path, InterProcessLock lock, String[] words) throws Exception {
        boolean got = lock.acquire(Long.parseLong(words[2]), TimeUnit.MILLISECONDS);
        if (got) held.put(path, lock);
        return got;
    }
}
