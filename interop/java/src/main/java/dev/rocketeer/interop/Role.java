package dev.rocketeer.interop;

import com.alibaba.fastjson2.JSONObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.rocketmq.common.message.MessageQueue;

/** One producer or consumer of a {@link Host}. */
interface Role {
    /** What goes into the answer; the names of the calls are those of the client's methods. */
    Object call(String name, JSONObject facts) throws Exception;

    void close();

    static IllegalArgumentException unknown(String call) {
        return new IllegalArgumentException("call " + call);
    }

    static Map<String, Object> describe(MessageQueue queue) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("topic", queue.getTopic());
        facts.put("brokerName", queue.getBrokerName());
        facts.put("queueId", queue.getQueueId());
        return facts;
    }

    static MessageQueue queue(JSONObject facts) {
        JSONObject queue = facts.getJSONObject("queue");
        return new MessageQueue(queue.getString("topic"), queue.getString("brokerName"), queue.getIntValue("queueId"));
    }
}
