package dev.rocketeer.suite;

import java.util.List;
import java.util.Properties;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.namesrv.NamesrvConfig;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** The nameserver of the brokers under test, and the admin client that answers for all of them. */
public final class RemoteCluster {
    private static DefaultMQAdminExt admin;

    private RemoteCluster() {
    }

    /** Starts a nameserver; what is returned knows its port and updates its configuration. */
    public static NamesrvController startNameserver() {
        NettyServerConfig listening = new NettyServerConfig();
        listening.setListenPort(Harness.startNameserver());
        String address = "127.0.0.1:" + listening.getListenPort();
        admin = startAdmin(address);
        RecordedConfig<NamesrvConfig> config = new RecordedConfig<>(new NamesrvConfig());
        config.onChange((option, value) -> updateNameserver(address, option, value));
        return new StandIn<>(NamesrvController.class)
            .answering("getNettyServerConfig", arguments -> listening)
            .answering("getNamesrvConfig", arguments -> config.config())
            .create();
    }

    static DefaultMQAdminExt admin() {
        return admin;
    }

    private static DefaultMQAdminExt startAdmin(String nameserver) {
        DefaultMQAdminExt started = new DefaultMQAdminExt();
        started.setInstanceName("remote-cluster");
        started.setNamesrvAddr(nameserver);
        try {
            started.start();
        } catch (MQClientException e) {
            throw new IllegalStateException(e);
        }
        return started;
    }

    private static void updateNameserver(String address, String option, String value) {
        Properties change = new Properties();
        change.setProperty(option, value);
        try {
            admin.updateNameServerConfig(change, List.of(address));
        } catch (Exception e) {
            throw new IllegalStateException("The nameserver did not take " + option + " = " + value, e);
        }
    }
}
