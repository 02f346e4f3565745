package main

import (
	"bufio"
	"context"
	"os"
	"strings"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
)

// consume prints every delivery, and fails the first `failures` deliveries of a message.
func consume(arguments arguments) error {
	receiver, err := rocketmq.NewPushConsumer(
		consumer.WithGroupName(arguments.text("group", "")),
		consumer.WithNsResolver(primitive.NewPassthroughResolver(strings.Split(arguments.text("nameservers", ""), ";"))),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
		consumer.WithMaxReconsumeTimes(int32(arguments.number("maxReconsumeTimes", -1))),
	)
	if err != nil {
		return err
	}
	failures := int32(arguments.number("failures", 0))
	selector := consumer.MessageSelector{Type: consumer.TAG, Expression: arguments.text("expression", "*")}
	listener := func(_ context.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
		result := consumer.ConsumeSuccess
		for _, message := range messages {
			printLine("message", describe(message))
			if message.ReconsumeTimes < failures {
				result = consumer.ConsumeRetryLater
			}
		}
		return result, nil
	}
	if err := receiver.Subscribe(arguments.text("topic", ""), selector, listener); err != nil {
		return err
	}
	if err := receiver.Start(); err != nil {
		return err
	}
	printLine("started", nil)
	// Runs until the test closes it: by a line on standard input, or by a signal.
	bufio.NewReader(os.Stdin).ReadByte()
	if err := receiver.Shutdown(); err != nil {
		return err
	}
	printLine("stopped", nil)
	return nil
}
