import java.net.InetSocketAddress;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.GetMessageResult;
import org.apache.rocketmq.store.SelectMappedBufferResult;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.store.stats.BrokerStatsManager;

/**
 * Opens a data directory with Apache's own store, appends messages to topic A, and prints what it holds, in the lines
 * that check.mjs compares: StoreTool <directory> <count> close|halt <topic/key>…
 */
public class StoreTool {
    public static void main(String[] args) throws Exception {
        MessageStoreConfig config = new MessageStoreConfig();
        config.setStorePathRootDir(args[0]);
        config.setStorePathCommitLog(args[0] + "/commitlog");
        config.setMappedFileSizeCommitLog(Integer.getInteger("commitLogFileBytes"));
        config.setMappedFileSizeConsumeQueue(Integer.getInteger("consumeQueueFileEntries") * 20);
        config.setMaxHashSlotNum(Integer.getInteger("indexFileSlots"));
        config.setMaxIndexNum(Integer.getInteger("indexFileEntries"));
        config.setHaListenPort(0);
        config.setTimerWheelEnable(false);
        DefaultMessageStore store = new DefaultMessageStore(
            config, new BrokerStatsManager("check", true), null, new BrokerConfig(), new ConcurrentHashMap<>());
        if (!store.load()) throw new IllegalStateException("Apache cannot load the directory");
        store.start();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) append(store, i);
        do Thread.sleep(500); while (store.dispatchBehindBytes() > 0);
        TreeMap<String, String> lines = new TreeMap<>();
        for (var topic : store.getQueueStore().getConsumeQueueTable().entrySet())
            for (int queueId : topic.getValue().keySet())
                lines.put(topic.getKey() + queueId, queueLine(store, topic.getKey(), queueId));
        System.out.println("CHECK end " + store.getMaxPhyOffset());
        lines.values().forEach(System.out::println);
        for (int i = 3; i < args.length; i++) {
            String[] topicAndKey = args[i].split("/");
            int found = store.queryMessage(topicAndKey[0], topicAndKey[1], 32, 0, Long.MAX_VALUE - 1)
                .getMessageBufferList().size();
            System.out.println("CHECK key " + args[i] + " " + found);
        }
        if (args[2].equals("halt")) Runtime.getRuntime().halt(0);
        store.shutdown();
        System.exit(0);
    }

    private static void append(DefaultMessageStore store, int number) {
        MessageExtBrokerInner message = new MessageExtBrokerInner();
        message.setTopic("A");
        message.setQueueId(number % 2);
        message.setBody(("apache-" + number).getBytes());
        message.setKeys("key" + number);
        message.setBornTimestamp(System.currentTimeMillis());
        message.setBornHost(new InetSocketAddress("127.0.0.1", 1));
        message.setStoreHost(new InetSocketAddress("127.0.0.1", 2));
        message.setPropertiesString(MessageDecoder.messageProperties2String(message.getProperties()));
        if (!store.putMessage(message).isOk()) throw new IllegalStateException("Apache cannot append");
    }

    private static String queueLine(DefaultMessageStore store, String topic, int queueId) throws Exception {
        long min = store.getMinOffsetInQueue(topic, queueId);
        long max = store.getMaxOffsetInQueue(topic, queueId);
        int hash = 0;
        for (long offset = min; offset < max; ) {
            GetMessageResult result = store.getMessage("check", topic, queueId, offset, 32, null);
            for (SelectMappedBufferResult buffer : result.getMessageMapedList()) {
                MessageExt message = MessageDecoder.decode(buffer.getByteBuffer(), true, false);
                hash = hash * 31 + (message.getQueueOffset() + new String(message.getBody())).hashCode();
                buffer.release();
            }
            if (result.getNextBeginOffset() <= offset) throw new IllegalStateException("stuck at " + offset);
            offset = result.getNextBeginOffset();
        }
        return "CHECK queue " + topic + " " + queueId + " " + min + " " + max + " " + hash;
    }
}
