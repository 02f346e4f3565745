package main

import (
	"bufio"
	"context"
	"os"
	"strings"
	"time"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
)

// consume prints every delivery before and after the listener's work, and fails the first `failures` deliveries of a
// message; with `stubborn` only of messages whose body begins so.
func consume(arguments arguments) error {
	receiver, err := rocketmq.NewPushConsumer(consumerOptions(arguments)...)
	if err != nil {
		return err
	}
	failures := int32(arguments.number("failures", 0))
	stubborn := arguments.text("stubborn", "")
	failed := consumer.ConsumeRetryLater
	if arguments.text("orderly", "") == "true" {
		failed = consumer.SuspendCurrentQueueAMoment
	}
	selector := consumer.MessageSelector{Type: consumer.TAG, Expression: arguments.text("expression", "*")}
	listener := func(ctx context.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
		// The client passes over its own option for it.
		if orderly, ok := primitive.GetOrderlyCtx(ctx); ok {
			orderly.SuspendCurrentQueueTimeMillis = arguments.number("suspendMs", 0)
		}
		result := consumer.ConsumeSuccess
		for _, message := range messages {
			printLine("message", describe(message))
			time.Sleep(time.Duration(arguments.number("workMs", 0)) * time.Millisecond)
			if message.ReconsumeTimes < failures && strings.HasPrefix(string(message.Body), stubborn) {
				result = failed
			} else {
				printLine("consumed", describe(message))
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
	// The client commits what has been counted when it stops, and does not wait for a listener that is just returning.
	time.Sleep(300 * time.Millisecond)
	if err := receiver.Shutdown(); err != nil {
		return err
	}
	printLine("stopped", nil)
	return nil
}

func consumerOptions(arguments arguments) []consumer.Option {
	options := []consumer.Option{
		consumer.WithGroupName(arguments.text("group", "")),
		consumer.WithNsResolver(primitive.NewPassthroughResolver(strings.Split(arguments.text("nameservers", ""), ";"))),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
		consumer.WithMaxReconsumeTimes(int32(arguments.number("maxReconsumeTimes", -1))),
		consumer.WithConsumerOrder(arguments.text("orderly", "") == "true"),
	}
	if arguments.text("model", "") == "BROADCASTING" {
		options = append(options, consumer.WithConsumerModel(consumer.BroadCasting))
	}
	// The directory of a broadcasting consumer's offsets is named after it: the same when it runs again.
	if instance := arguments.text("instance", ""); instance != "" {
		options = append(options, consumer.WithInstance(instance))
	}
	return options
}
