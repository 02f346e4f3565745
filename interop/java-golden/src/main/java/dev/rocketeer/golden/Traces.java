package dev.rocketeer.golden;

import com.alibaba.fastjson2.JSONArray;
import com.alibaba.fastjson2.JSONObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.rocketmq.client.AccessChannel;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.trace.TraceBean;
import org.apache.rocketmq.client.trace.TraceContext;
import org.apache.rocketmq.client.trace.TraceDataEncoder;
import org.apache.rocketmq.client.trace.TraceTransferBean;
import org.apache.rocketmq.client.trace.TraceType;
import org.apache.rocketmq.common.message.MessageType;

/** Lines of the trace topic. An entry has one line; a context of several messages has several entries. */
final class Traces {
    private static final long TIME = 1_700_000_000_123L;

    private Traces() {
    }

    static List<Object> samples() {
        List<Object> samples = new ArrayList<>();
        for (MessageType type : MessageType.values()) {
            samples.add(sample(pub(type, "paid", "order-1 order-2")));
        }
        samples.add(sample(pub(MessageType.Normal_Msg, null, null)));
        samples.add(sample(pub(MessageType.Normal_Msg, "优惠券 ✓ 😀", "订单-1")));
        samples.add(sample(consumed(TraceType.SubBefore, bean("A1", "order-1", 0), bean("A2", null, 3))));
        for (int code = 0; code <= 4; code++) {
            TraceContext after = consumed(TraceType.SubAfter, bean("A1", "order-1", 0), bean("A2", null, 3));
            after.setContextCode(code);
            after.setSuccess(code < 2);
            samples.add(sample(after));
        }
        for (LocalTransactionState state : LocalTransactionState.values()) {
            samples.add(sample(ended(state, state == LocalTransactionState.UNKNOW)));
        }
        samples.add(sample(recalled(true)));
        samples.add(sample(recalled(false)));
        return samples;
    }

    private static TraceContext context(TraceType type, TraceBean... beans) {
        TraceContext context = new TraceContext();
        context.setTraceType(type);
        context.setTimeStamp(TIME);
        context.setRegionId("DefaultRegion");
        context.setGroupName("shop");
        context.setRequestId("C0A8070912340000ABCD0000000A0001");
        context.setAccessChannel(AccessChannel.LOCAL);
        context.setTraceBeans(new ArrayList<>(List.of(beans)));
        return context;
    }

    private static TraceBean bean(String msgId, String keys, int retryTimes) {
        TraceBean bean = new TraceBean();
        bean.setTopic("orders");
        bean.setMsgId(msgId);
        bean.setKeys(keys);
        bean.setRetryTimes(retryTimes);
        return bean;
    }

    private static TraceContext pub(MessageType type, String tags, String keys) {
        TraceBean bean = bean("A1", keys, 0);
        bean.setTags(tags);
        bean.setStoreHost("192.168.7.9:10911");
        bean.setBodyLength(1024);
        bean.setMsgType(type);
        bean.setOffsetMsgId("C0A8070900002A9F00000001A13B8600");
        TraceContext context = context(TraceType.Pub, bean);
        context.setCostTime(12);
        context.setSuccess(type != MessageType.Delay_Msg);
        return context;
    }

    private static TraceContext consumed(TraceType type, TraceBean... beans) {
        TraceContext context = context(type, beans);
        context.setCostTime(7);
        return context;
    }

    private static TraceContext ended(LocalTransactionState state, boolean fromCheck) {
        TraceBean bean = bean("A1", "order-1", 0);
        bean.setTags("paid");
        bean.setStoreHost("192.168.7.9:10911");
        bean.setMsgType(MessageType.Trans_msg_Commit);
        bean.setTransactionId("A1");
        bean.setTransactionState(state);
        bean.setFromTransactionCheck(fromCheck);
        return context(TraceType.EndTransaction, bean);
    }

    private static TraceContext recalled(boolean success) {
        TraceContext context = context(TraceType.Recall, bean("A1", null, 0));
        context.setSuccess(success);
        return context;
    }

    private static Object sample(TraceContext context) {
        TraceTransferBean transfer = TraceDataEncoder.encoderFromContextBean(context);
        List<Object> entries = new ArrayList<>();
        context.getTraceBeans().forEach(bean -> entries.add(entry(context, bean)));
        Map<String, Object> sample = new LinkedHashMap<>();
        sample.put("entries", entries);
        sample.put("keys", new TreeSet<>(transfer.getTransKey()));
        sample.put("hex", Hex.of(transfer.getTransData().getBytes(StandardCharsets.UTF_8)));
        return sample;
    }

    /** What an entry of this type carries, under the names of Apache's fields. */
    private static Map<String, Object> entry(TraceContext context, TraceBean bean) {
        Map<String, Object> entry = new LinkedHashMap<>();
        TraceType type = context.getTraceType();
        boolean pub = type == TraceType.Pub;
        boolean ended = type == TraceType.EndTransaction;
        boolean consumed = type == TraceType.SubBefore || type == TraceType.SubAfter;
        entry.put("type", type.name());
        entry.put("timeStamp", context.getTimeStamp());
        entry.put("groupName", context.getGroupName());
        entry.put("msgId", bean.getMsgId());
        if (type != TraceType.SubAfter) {
            entry.put("regionId", context.getRegionId());
        }
        if (!consumed) {
            entry.put("topic", bean.getTopic());
        }
        if (type != TraceType.Recall && bean.getKeys() != null) {
            entry.put("keys", bean.getKeys());
        }
        if (pub || ended) {
            if (bean.getTags() != null) {
                entry.put("tags", bean.getTags());
            }
            entry.put("storeHost", bean.getStoreHost());
            entry.put("msgType", bean.getMsgType().name());
        }
        if (pub) {
            entry.put("bodyLength", bean.getBodyLength());
            entry.put("offsetMsgId", bean.getOffsetMsgId());
        }
        if (pub || type == TraceType.SubAfter) {
            entry.put("costTime", context.getCostTime());
        }
        if (pub || type == TraceType.SubAfter || type == TraceType.Recall) {
            entry.put("success", context.isSuccess());
        }
        if (consumed) {
            entry.put("requestId", context.getRequestId());
        }
        if (type == TraceType.SubBefore) {
            entry.put("retryTimes", bean.getRetryTimes());
        }
        if (type == TraceType.SubAfter) {
            entry.put("contextCode", context.getContextCode());
        }
        if (ended) {
            entry.put("transactionId", bean.getTransactionId());
            entry.put("transactionState", bean.getTransactionState().name());
            entry.put("fromTransactionCheck", bean.isFromTransactionCheck());
        }
        return entry;
    }

    /** Ours, read by Apache and written again, is what we wrote; and it holds what we meant. */
    static void verify(JSONArray ours, Report report) {
        for (int i = 0; i < ours.size(); i++) {
            JSONObject each = ours.getJSONObject(i);
            report.check("trace " + i, () -> {
                String data = new String(Hex.toBytes(each.getString("hex")), StandardCharsets.UTF_8);
                JSONArray expected = each.getJSONArray("entries");
                List<TraceContext> contexts = TraceDataEncoder.decoderFromTraceDataString(data);
                report.same("trace entries", expected.size(), contexts.size());
                StringBuilder again = new StringBuilder();
                for (int c = 0; c < contexts.size(); c++) {
                    TraceContext context = contexts.get(c);
                    context.setAccessChannel(AccessChannel.LOCAL);
                    again.append(TraceDataEncoder.encoderFromContextBean(context).getTransData());
                    report.same("trace msgId", expected.getJSONObject(c).getString("msgId"), context.getTraceBeans().get(0).getMsgId());
                }
                report.same("trace data", data, again.toString());
            });
        }
    }
}
