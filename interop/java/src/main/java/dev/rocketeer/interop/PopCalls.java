package dev.rocketeer.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.AckCallback;
import org.apache.rocketmq.client.consumer.AckResult;
import org.apache.rocketmq.client.consumer.PopCallback;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.header.AckMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ChangeInvisibleTimeRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ExtraInfoUtil;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;

/** What the push consumer does not do: pops in order, acknowledges in batches, changes invisible times. */
public final class PopCalls {
    private static final int TIMEOUT_MS = 20_000;
    /** A broker gives nothing to a pop that arrives 500 ms later than this after it was made. */
    private static final int POLL_MS = 15_000;
    private static String topic;
    private static String group;
    private static String brokerName;
    private static String address;
    private static MQClientAPIImpl api;

    private PopCalls() {
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        topic = arguments.text("topic");
        brokerName = arguments.text("brokerName");
        address = arguments.text("address");
        DefaultMQProducer producer = new DefaultMQProducer("pop_calls");
        producer.setNamesrvAddr(arguments.text("nameservers"));
        producer.start();
        api = producer.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
        group = arguments.text("group") + "_ordered";
        inOrder();
        group = arguments.text("group");
        inBatches();
        System.exit(0);
    }

    private static void inOrder() throws Exception {
        pop("first", 0, 2, true, "attempt-1", POLL_MS);
        pop("closed", 0, 2, true, "attempt-2", 0);
        pop("same attempt", 0, 2, true, "attempt-1", POLL_MS);
        for (MessageExt message : pop("again", 0, 2, true, "attempt-1", POLL_MS)) {
            ack("ordered", message);
        }
        List<MessageExt> next = pop("next", 0, 2, true, "attempt-3", POLL_MS);
        changeInvisibleTime("ordered", next.get(0), 1_000);
        changeInvisibleTime("ordered", next.get(1), 1_000);
        pop("counted", 0, 2, true, "attempt-4", POLL_MS);
    }

    private static void inBatches() throws Exception {
        List<MessageExt> all = pop("all", 0, 32, false, null, POLL_MS);
        List<String> handles = new ArrayList<>();
        for (MessageExt message : all.subList(2, all.size())) {
            handles.add(message.getProperty(MessageConst.PROPERTY_POP_CK));
        }
        CompletableFuture<AckResult> acked = new CompletableFuture<>();
        api.batchAckMessageAsync(address, TIMEOUT_MS, new Answer(acked), topic, group, handles);
        JsonLines.print("acked", Map.of("what", "batch", "status", acked.get(20, TimeUnit.SECONDS).getStatus().name()));
        changeInvisibleTime("first", all.get(0), 1_000);
        changeInvisibleTime("second", all.get(1), 1_000);
        int back = 0;
        while (back < 2) {
            for (MessageExt message : pop("back", -1, 32, false, null, POLL_MS)) {
                ack("back", message);
                back++;
            }
        }
    }

    private static List<MessageExt> pop(String what, int queueId, int count, boolean order, String attempt, int pollMs)
        throws Exception {
        PopMessageRequestHeader header = new PopMessageRequestHeader();
        header.setConsumerGroup(group);
        header.setTopic(topic);
        header.setQueueId(queueId);
        header.setMaxMsgNums(count);
        header.setInvisibleTime(30_000);
        header.setPollTime(pollMs);
        header.setBornTime(System.currentTimeMillis());
        header.setInitMode(0);
        header.setOrder(order);
        header.setAttemptId(attempt);
        header.setBrokerName(brokerName);
        CompletableFuture<PopResult> answer = new CompletableFuture<>();
        api.popMessageAsync(brokerName, address, header, TIMEOUT_MS, new PopCallback() {
            @Override
            public void onSuccess(PopResult result) {
                answer.complete(result);
            }

            @Override
            public void onException(Throwable error) {
                answer.completeExceptionally(error);
            }
        });
        PopResult result = answer.get(30, TimeUnit.SECONDS);
        List<MessageExt> found = result.getMsgFoundList() == null ? List.of() : result.getMsgFoundList();
        List<Map<String, Object>> messages = new ArrayList<>();
        found.forEach(message -> messages.add(JsonLines.describe(message)));
        JsonLines.print("popped", Map.of("what", what, "status", result.getPopStatus().name(), "messages", messages));
        return found;
    }

    private static void ack(String what, MessageExt message) throws Exception {
        String handle = message.getProperty(MessageConst.PROPERTY_POP_CK);
        String[] words = ExtraInfoUtil.split(handle);
        AckMessageRequestHeader header = new AckMessageRequestHeader();
        header.setTopic(ExtraInfoUtil.getRealTopic(words, topic, group));
        header.setConsumerGroup(group);
        header.setQueueId(ExtraInfoUtil.getQueueId(words));
        header.setOffset(ExtraInfoUtil.getQueueOffset(words));
        header.setExtraInfo(handle);
        header.setBrokerName(brokerName);
        CompletableFuture<AckResult> answer = new CompletableFuture<>();
        api.ackMessageAsync(address, TIMEOUT_MS, new Answer(answer), header);
        JsonLines.print("acked", Map.of("what", what, "status", answer.get(20, TimeUnit.SECONDS).getStatus().name()));
    }

    private static void changeInvisibleTime(String what, MessageExt message, long invisibleMs) throws Exception {
        String handle = message.getProperty(MessageConst.PROPERTY_POP_CK);
        String[] words = ExtraInfoUtil.split(handle);
        ChangeInvisibleTimeRequestHeader header = new ChangeInvisibleTimeRequestHeader();
        header.setTopic(ExtraInfoUtil.getRealTopic(words, topic, group));
        header.setConsumerGroup(group);
        header.setQueueId(ExtraInfoUtil.getQueueId(words));
        header.setOffset(ExtraInfoUtil.getQueueOffset(words));
        header.setExtraInfo(handle);
        header.setInvisibleTime(invisibleMs);
        header.setBrokerName(brokerName);
        CompletableFuture<AckResult> answer = new CompletableFuture<>();
        api.changeInvisibleTimeAsync(brokerName, address, header, TIMEOUT_MS, new Answer(answer));
        JsonLines.print("changed", Map.of("what", what, "status", answer.get(20, TimeUnit.SECONDS).getStatus().name()));
    }

    private static final class Answer implements AckCallback {
        private final CompletableFuture<AckResult> future;

        private Answer(CompletableFuture<AckResult> future) {
            this.future = future;
        }

        @Override
        public void onSuccess(AckResult result) {
            future.complete(result);
        }

        @Override
        public void onException(Throwable error) {
            future.completeExceptionally(error);
        }
    }
}
