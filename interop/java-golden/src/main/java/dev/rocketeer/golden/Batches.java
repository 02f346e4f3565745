package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;

/** Bodies of SEND_BATCH_MESSAGE. */
final class Batches {
    private Batches() {
    }

    static List<Object> samples() {
        List<Message> messages = new ArrayList<>();
        List<Object> described = new ArrayList<>();
        for (String body : List.of("first", "", "优惠券 ✓ 😀")) {
            Message message = new Message("t", body.getBytes(StandardCharsets.UTF_8));
            message.setFlag(messages.size());
            if (!body.isEmpty()) {
                message.setKeys("key " + body);
            }
            messages.add(message);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("flag", message.getFlag());
            one.put("body", Hex.of(message.getBody()));
            one.put("properties", MessageDecoder.messageProperties2String(message.getProperties()));
            described.add(one);
        }
        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("messages", described);
        sample.put("hex", Hex.of(MessageDecoder.encodeMessages(messages)));
        return List.of(sample);
    }

    static void verify(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            report.check("batch " + i, () -> {
                List<Message> messages = MessageDecoder.decodeMessages(ByteBuffer.wrap(Hex.toBytes(each.getString("hex"))));
                JSONArray expected = each.getJSONArray("messages");
                report.same("batch size", expected.size(), messages.size());
                for (int m = 0; m < messages.size(); m++) {
                    JSONObject message = expected.getJSONObject(m);
                    report.same("batch flag", message.getIntValue("flag"), messages.get(m).getFlag());
                    report.same("batch body", message.getString("body"), Hex.of(messages.get(m).getBody()));
                    report.same("batch properties", MessageDecoder.string2messageProperties(message.getString("properties")), messages.get(m).getProperties());
                }
            });
        }
    }
}
