using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Compat.ML.Tests;

public class ContextTests
{
    [Fact]
    public void Channel_messages_reach_the_log_with_kind_and_source()
    {
        var ml = new MLContext();
        var messages = new List<LoggingEventArgs>();
        ml.Log += (_, message) => messages.Add(message);
        using (IChannel channel = ((IHostEnvironment)ml).Register("Trainer").Start("Training"))
            channel.Warning(MessageSensitivity.None, "{0} of {1}", 3, 5);
        LoggingEventArgs warning = Assert.Single(messages, message => message.Kind == ChannelMessageKind.Warning);
        Assert.Equal("3 of 5", warning.RawMessage);
        Assert.Equal("[Source=Trainer; Training, Kind=Warning] 3 of 5", warning.Message);
        Assert.Contains(messages, message => message.RawMessage == "Channel started");
        Assert.Contains(messages, message => message.RawMessage == "Channel disposed");
    }

    [Fact]
    public void Message_with_braces_and_no_arguments_is_taken_as_it_is()
    {
        var ml = new MLContext();
        var messages = new List<string>();
        ml.Log += (_, message) => messages.Add(message.RawMessage);
        using (IChannel channel = ((IHostEnvironment)ml).Start("Any"))
            channel.Info(MessageSensitivity.None, "{not a format}");
        Assert.Contains("{not a format}", messages);
    }

    [Fact]
    public void Seeded_contexts_give_the_same_random_numbers_to_each_component_in_turn()
    {
        static int[] Draw(IHostEnvironment env) => Enumerable.Range(0, 4).Select(i => env.Register($"c{i}").Rand.Next()).ToArray();
        Assert.Equal(Draw(new MLContext(3)), Draw(new MLContext(3)));
        Assert.NotEqual(Draw(new MLContext(3)), Draw(new MLContext(4)));
        Assert.Equal(4, Draw(new MLContext(3)).Distinct().Count());
    }

    [Fact]
    public void Options_are_kept_by_name()
    {
        var ml = new MLContext { GpuDeviceId = 1, FallbackToCpu = true };
        Assert.True(ml.TryAddOption("threads", 2));
        Assert.False(ml.TryAddOption("threads", 3));
        Assert.True(ml.TryGetOption("threads", out int threads));
        Assert.Equal(2, threads);
        Assert.False(ml.TryGetOption("threads", out string _));
        Assert.True(ml.RemoveOption("threads"));
        Assert.Equal(0, ml.GetOptionOrDefault<int>("threads"));
        Assert.Equal((1, true), (ml.GpuDeviceId, ml.FallbackToCpu));
        Assert.Throws<ArgumentNullException>(() => ml.SetOption(" ", 1));
    }
}
