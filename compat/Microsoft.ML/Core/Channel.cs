using System.Diagnostics;

namespace Microsoft.ML.Runtime;

/// <summary>Hands messages to the environment's listener, tracing its own start and end.</summary>
internal sealed class Channel : IChannel
{
    private readonly HostEnvironment owner;
    private readonly string fullName;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private bool disposed;

    public Channel(HostEnvironment owner, string name)
    {
        this.owner = owner;
        fullName = owner.FullName == null ? name : $"{owner.FullName}; {name}";
        Trace(MessageSensitivity.None, "Channel started");
    }

    public string ContextDescription => fullName;

    public TException Process<TException>(TException ex)
        where TException : Exception => owner.Process(ex);

    public void Send(ChannelMessage msg) => owner.Listener(msg, fullName);

    public void Trace(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt));

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt, args));

    public void Error(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Error, sensitivity, fmt));

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Error, sensitivity, fmt, args));

    public void Warning(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt));

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt, args));

    public void Info(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Info, sensitivity, fmt));

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Info, sensitivity, fmt, args));

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        Trace(MessageSensitivity.None, "Channel finished. Elapsed {0:c}.", watch.Elapsed);
        Trace(MessageSensitivity.None, "Channel disposed");
    }
}
