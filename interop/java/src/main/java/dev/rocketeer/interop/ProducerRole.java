package dev.rocketeer.interop;

import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.RequestCallback;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.selector.SelectMessageQueueByHash;
import org.apache.rocketmq.common.compression.CompressionType;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** A producer: all its ways to send, and its look-ups. */
final class ProducerRole implements Role {
    private final DefaultMQProducer producer;

    ProducerRole(JSONObject facts) throws Exception {
        producer = new DefaultMQProducer(facts.getString("group"));
        producer.setNamesrvAddr(facts.getString("nameservers"));
        producer.setSendMsgTimeout(10_000);
        if (facts.containsKey("compressType")) {
            producer.setCompressType(CompressionType.of(facts.getString("compressType")));
        }
        if (facts.containsKey("compressOver")) {
            producer.setCompressMsgBodyOverHowmuch(facts.getIntValue("compressOver"));
        }
        producer.start();
    }

    @Override
    public Object call(String name, JSONObject facts) throws Exception {
        switch (name) {
            case "send":
                return send(facts);
            case "sendOneway":
                producer.sendOneway(message(facts));
                return null;
            case "sendBatch":
                return describe(producer.send(messages(facts)));
            case "sendBatchAsync":
                return describe(sendAsync(messages(facts)));
            case "request":
                return JsonLines.describe((MessageExt) producer.request(message(facts), facts.getLongValue("timeoutMs")));
            case "requestAsync":
                return JsonLines.describe((MessageExt) requestAsync(facts));
            case "viewMessage":
                return JsonLines.describe(producer.viewMessage(facts.getString("topic"), facts.getString("messageId")));
            case "queryMessage":
                return producer.queryMessage(facts.getString("topic"), facts.getString("key"), 32, 0, Long.MAX_VALUE)
                    .getMessageList().stream().map(JsonLines::describe).collect(Collectors.toList());
            default:
                throw Role.unknown(name);
        }
    }

    @Override
    public void close() {
        producer.shutdown();
    }

    private Map<String, Object> send(JSONObject facts) throws Exception {
        String orderKey = facts.getString("orderKey");
        Message message = message(facts);
        return describe(orderKey == null
            ? producer.send(message)
            : producer.send(message, new SelectMessageQueueByHash(), orderKey));
    }

    private SendResult sendAsync(List<Message> messages) throws Exception {
        CompletableFuture<SendResult> sent = new CompletableFuture<>();
        producer.send(messages, new SendCallback() {
            @Override
            public void onSuccess(SendResult result) {
                sent.complete(result);
            }

            @Override
            public void onException(Throwable failure) {
                sent.completeExceptionally(failure);
            }
        });
        return sent.get(30, TimeUnit.SECONDS);
    }

    private Message requestAsync(JSONObject facts) throws Exception {
        CompletableFuture<Message> replied = new CompletableFuture<>();
        producer.request(message(facts), new RequestCallback() {
            @Override
            public void onSuccess(Message reply) {
                // Called without a reply, too: when the request has been sent.
                if (reply != null) {
                    replied.complete(reply);
                }
            }

            @Override
            public void onException(Throwable failure) {
                replied.completeExceptionally(failure);
            }
        }, facts.getLongValue("timeoutMs"));
        return replied.get(30, TimeUnit.SECONDS);
    }

    private static List<Message> messages(JSONObject facts) {
        List<Message> messages = new ArrayList<>();
        JSONArray several = facts.getJSONArray("messages");
        for (int index = 0; index < several.size(); index++) {
            messages.add(message(several.getJSONObject(index)));
        }
        return messages;
    }

    private static Message message(JSONObject facts) {
        String body = facts.getString("body").repeat(facts.getIntValue("repeat", 1));
        Message message = new Message(facts.getString("topic"), body.getBytes(StandardCharsets.UTF_8));
        if (facts.containsKey("tag")) {
            message.setTags(facts.getString("tag"));
        }
        if (facts.containsKey("keys")) {
            message.setKeys(facts.getString("keys"));
        }
        JSONObject properties = facts.getJSONObject("properties");
        if (properties != null) {
            properties.forEach((name, value) -> message.putUserProperty(name, (String) value));
        }
        return message;
    }

    private static Map<String, Object> describe(SendResult result) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("status", result.getSendStatus().name());
        facts.put("messageId", result.getMsgId());
        facts.put("offsetMessageId", result.getOffsetMsgId());
        facts.put("queueId", result.getMessageQueue().getQueueId());
        facts.put("queueOffset", result.getQueueOffset());
        return facts;
    }
}
