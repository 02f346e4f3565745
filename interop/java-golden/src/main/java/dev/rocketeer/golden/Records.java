package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.common.UtilAll;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.common.message.MessageVersion;
import org.apache.rocketmq.store.MessageExtEncoder;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/** Records as the broker's own encoder writes them into the commit log. */
final class Records {
    private static final String V4 = "192.168.7.9";
    private static final String V6 = "2001:db8:0:1:0:0:0:7f";

    private Records() {
    }

    static List<Object> samples() throws Exception {
        MessageExtEncoder encoder = new MessageExtEncoder(new MessageStoreConfig());
        List<Object> samples = new ArrayList<>();
        samples.add(sample(encoder, "plain", "order-paid", "{\"order\":1}", "KEYS\u0001k1 k2\u0002TAGS\u0001coupon\u0002UNIQ_KEY\u0001C0A80709\u0002", V4, V4));
        samples.add(sample(encoder, "no body, no properties", "t", "", "", V4, V4));
        samples.add(sample(encoder, "text beyond ASCII", "%RETRY%group|1", "优惠券 ✓ 😀", "名\u0001值\u0002", V4, V4));
        samples.add(sample(encoder, "born over IPv6", "order-paid", "body", "TAGS\u0001a\u0002", V6, V4));
        samples.add(sample(encoder, "stored over IPv6", "order-paid", "body", "TAGS\u0001a\u0002", V4, V6));
        samples.add(sample(encoder, "both over IPv6", "order-paid", "body", "TAGS\u0001a\u0002", V6, V6));
        samples.add(sample(encoder, "longest topic of V1", "a".repeat(127), "body", "TAGS\u0001a\u0002", V4, V4));
        samples.add(sample(encoder, "shortest topic of V2", "b".repeat(128), "body", "TAGS\u0001a\u0002", V4, V4));
        samples.add(sample(encoder, "longest topic", "%RETRY%" + "c".repeat(248), "body", "TAGS\u0001a\u0002", V6, V4));
        samples.add(sample(encoder, "longest properties", "t", "body", "k\u0001" + "v".repeat(32764) + "\u0002", V4, V4));
        return samples;
    }

    private static Object sample(MessageExtEncoder encoder, String name, String topic, String body, String properties,
        String bornAddress, String storeAddress) throws Exception {
        MessageExtBrokerInner message = new MessageExtBrokerInner();
        message.setTopic(topic);
        message.setBody(body.getBytes(StandardCharsets.UTF_8));
        message.setBodyCRC(UtilAll.crc32(message.getBody()));
        message.setPropertiesString(properties);
        message.setQueueId(3);
        message.setFlag(7);
        message.setSysFlag(0x1 << 2);
        message.setQueueOffset(5_000_000_000L);
        message.setBornTimestamp(1_700_000_000_123L);
        message.setStoreTimestamp(1_700_000_000_456L);
        message.setReconsumeTimes(2);
        message.setPreparedTransactionOffset(6_000_000_000L);
        message.setBornHost(new InetSocketAddress(InetAddress.getByName(bornAddress), 51000));
        message.setStoreHost(new InetSocketAddress(InetAddress.getByName(storeAddress), 10911));
        if (bornAddress.equals(V6)) {
            message.setBornHostV6Flag();
        }
        if (storeAddress.equals(V6)) {
            message.setStoreHostAddressV6Flag();
        }
        boolean longTopic = topic.getBytes(StandardCharsets.UTF_8).length > Byte.MAX_VALUE;
        message.setVersion(longTopic ? MessageVersion.MESSAGE_VERSION_V2 : MessageVersion.MESSAGE_VERSION_V1);
        if (encoder.encode(message) != null) {
            throw new IllegalStateException(name + " was refused");
        }
        ByteBuffer record = encoder.getEncoderBuffer();
        record.limit(record.getInt(0));
        long physicalOffset = 7_000_000_000L;
        // The commit log fills it in once it knows the place (CommitLog.DefaultAppendMessageCallback).
        record.putLong(28, physicalOffset);

        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("name", name);
        sample.put("topic", topic);
        sample.put("body", Hex.of(message.getBody()));
        sample.put("properties", properties);
        sample.put("queueId", message.getQueueId());
        sample.put("flag", message.getFlag());
        sample.put("sysFlag", message.getSysFlag());
        sample.put("bodyCrc", message.getBodyCRC());
        sample.put("queueOffset", message.getQueueOffset());
        sample.put("physicalOffset", physicalOffset);
        sample.put("bornTimestamp", message.getBornTimestamp());
        sample.put("storeTimestamp", message.getStoreTimestamp());
        sample.put("reconsumeTimes", message.getReconsumeTimes());
        sample.put("preparedTransactionOffset", message.getPreparedTransactionOffset());
        sample.put("bornAddress", bornAddress);
        sample.put("bornPort", 51000);
        sample.put("storeAddress", storeAddress);
        sample.put("storePort", 10911);
        sample.put("messageId", MessageDecoder.createMessageId(message.getStoreHost(), physicalOffset));
        sample.put("hex", Hex.of(record));
        return sample;
    }

    static void verify(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            String what = "record " + each.getString("name");
            report.check(what, () -> {
                ByteBuffer bytes = ByteBuffer.wrap(Hex.toBytes(each.getString("hex")));
                MessageExt message = MessageDecoder.decode(bytes, true, false, false, false, true);
                report.same(what + " rest", 0, bytes.remaining());
                report.same(what + " topic", each.getString("topic"), message.getTopic());
                report.same(what + " body", each.getString("body"), message.getBody() == null ? "" : Hex.of(message.getBody()));
                report.same(what + " properties", MessageDecoder.string2messageProperties(each.getString("properties")), message.getProperties() == null ? Map.of() : message.getProperties());
                report.same(what + " queueId", each.getIntValue("queueId"), message.getQueueId());
                report.same(what + " flag", each.getIntValue("flag"), message.getFlag());
                report.same(what + " queueOffset", each.getLongValue("queueOffset"), message.getQueueOffset());
                report.same(what + " physicalOffset", each.getLongValue("physicalOffset"), message.getCommitLogOffset());
                report.same(what + " bornTimestamp", each.getLongValue("bornTimestamp"), message.getBornTimestamp());
                report.same(what + " storeTimestamp", each.getLongValue("storeTimestamp"), message.getStoreTimestamp());
                report.same(what + " reconsumeTimes", each.getIntValue("reconsumeTimes"), message.getReconsumeTimes());
                report.same(what + " preparedTransactionOffset", each.getLongValue("preparedTransactionOffset"), message.getPreparedTransactionOffset());
                report.same(what + " messageId", each.getString("messageId"), message.getMsgId());
            });
        }
    }
}
