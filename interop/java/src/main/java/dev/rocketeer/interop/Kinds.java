package dev.rocketeer.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.PopCallback;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeaderV2;

/** Priorities, and batches good and bad. */
public final class Kinds {
    private static final int TIMEOUT_MS = 20_000;
    private static final int MEBIBYTE = 1024 * 1024;
    private static Arguments arguments;
    private static DefaultMQProducer producer;
    private static MQClientAPIImpl api;

    private Kinds() {
    }

    public static void main(String[] args) throws Exception {
        arguments = new Arguments(args);
        producer = new DefaultMQProducer("kinds");
        producer.setNamesrvAddr(arguments.text("nameservers"));
        producer.setMaxMessageSize(16 * MEBIBYTE);
        producer.setRetryTimesWhenSendFailed(0);
        producer.start();
        api = producer.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
        try {
            priorities();
            batches();
        } catch (Exception error) {
            error.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private static void priorities() throws Exception {
        String topic = arguments.text("priorities");
        for (int priority : new int[] {1, 0, 9, 2, 0}) {
            Message message = new Message(topic, ("p" + priority).getBytes());
            message.setPriority(priority);
            sent("priority", message, producer.send(message));
        }
        Message delayed = new Message(topic, "delayed".getBytes());
        delayed.setPriority(2);
        delayed.setDelayTimeLevel(1);
        sent("delayed", delayed, producer.send(delayed, (queues, message, arg) -> queues.get(0), null));
        for (int count = 0; count < 5; count++) {
            for (MessageExt message : pop(topic)) {
                JsonLines.print("popped", JsonLines.describe(message));
            }
        }
    }

    private static void batches() throws Exception {
        String topic = arguments.text("batches");
        List<Message> good = List.of(message(topic, 10), message(topic, 20), message(topic, 30));
        SendResult result = producer.send(good);
        JsonLines.print("batch", Map.of("ids", result.getMsgId(), "offsetIds", result.getOffsetMsgId(),
            "offset", result.getQueueOffset(), "queueId", result.getMessageQueue().getQueueId()));
        List<Message> large = new ArrayList<>();
        for (int count = 0; count < 5; count++) {
            large.add(message(topic, MEBIBYTE));
        }
        try {
            producer.send(large);
            JsonLines.print("accepted", Map.of("what", "large"));
        } catch (MQBrokerException error) {
            refused("large", error.getResponseCode(), error.getErrorMessage());
        } catch (MQClientException error) {
            // What another broker might have taken comes wrapped.
            MQBrokerException cause = (MQBrokerException) error.getCause();
            refused("large", cause.getResponseCode(), cause.getErrorMessage());
        }
        byte[] body = MessageDecoder.encodeMessages(good);
        body[19] = 127;
        raw("forged", topic, body);
        raw("retry topic", "%RETRY%kinds", MessageDecoder.encodeMessages(good));
        SendResult after = producer.send(good, result.getMessageQueue());
        JsonLines.print("batch", Map.of("ids", after.getMsgId(), "offset", after.getQueueOffset()));
    }

    private static Message message(String topic, int bytes) {
        return new Message(topic, new byte[bytes]);
    }

    private static void raw(String what, String topic, byte[] body) throws Exception {
        SendMessageRequestHeaderV2 header = new SendMessageRequestHeaderV2();
        header.setA("kinds");
        header.setB(topic);
        header.setC("TBW102");
        header.setD(4);
        header.setE(0);
        header.setF(0);
        header.setG(System.currentTimeMillis());
        header.setH(0);
        header.setM(true);
        RemotingCommand request = RemotingCommand.createRequestCommand(RequestCode.SEND_BATCH_MESSAGE, header);
        request.setBody(body);
        RemotingCommand response = api.getRemotingClient().invokeSync(arguments.text("address"), request, TIMEOUT_MS);
        refused(what, response.getCode(), String.valueOf(response.getRemark()));
    }

    private static void sent(String what, Message message, SendResult result) {
        JsonLines.print("sent", Map.of("what", what, "body", new String(message.getBody()), "queueId",
            result.getMessageQueue().getQueueId()));
    }

    private static void refused(String what, int code, String reason) {
        JsonLines.print("refused", Map.of("what", what, "code", code, "reason", reason));
    }

    private static List<MessageExt> pop(String topic) throws Exception {
        PopMessageRequestHeader header = new PopMessageRequestHeader();
        header.setConsumerGroup(arguments.text("group"));
        header.setTopic(topic);
        header.setQueueId(-1);
        header.setMaxMsgNums(1);
        header.setInvisibleTime(60_000);
        header.setPollTime(5_000);
        header.setBornTime(System.currentTimeMillis());
        header.setInitMode(0);
        header.setOrder(false);
        String brokerName = arguments.text("brokerName");
        header.setBrokerName(brokerName);
        CompletableFuture<PopResult> answer = new CompletableFuture<>();
        api.popMessageAsync(brokerName, arguments.text("address"), header, TIMEOUT_MS, new PopCallback() {
            @Override
            public void onSuccess(PopResult result) {
                answer.complete(result);
            }

            @Override
            public void onException(Throwable error) {
                answer.completeExceptionally(error);
            }
        });
        List<MessageExt> found = answer.get(30, TimeUnit.SECONDS).getMsgFoundList();
        return found == null ? List.of() : found;
    }
}
