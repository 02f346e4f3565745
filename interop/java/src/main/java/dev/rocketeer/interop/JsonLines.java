package dev.rocketeer.interop;

import com.alibaba.fastjson2.JSON;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.rocketmq.common.message.MessageExt;

/** One JSON object per line on standard output: what the tests read. */
final class JsonLines {
    private JsonLines() {
    }

    static void print(String event, Map<String, Object> facts) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("event", event);
        line.put("time", System.currentTimeMillis());
        line.putAll(facts);
        String text = JSON.toJSONString(line);
        synchronized (JsonLines.class) {
            System.out.println(text);
            System.out.flush();
        }
    }

    static Map<String, Object> describe(MessageExt message) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("topic", message.getTopic());
        facts.put("body", new String(message.getBody(), StandardCharsets.UTF_8));
        facts.put("tag", message.getTags());
        facts.put("keys", message.getKeys());
        facts.put("messageId", message.getMsgId());
        facts.put("queueId", message.getQueueId());
        facts.put("queueOffset", message.getQueueOffset());
        facts.put("reconsumeTimes", message.getReconsumeTimes());
        facts.put("bornTimestamp", message.getBornTimestamp());
        facts.put("storeTimestamp", message.getStoreTimestamp());
        facts.put("properties", message.getProperties());
        return facts;
    }
}
