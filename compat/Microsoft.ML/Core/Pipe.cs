namespace Microsoft.ML.Runtime;

/// <summary>A pipe that nobody listens to: only channels have listeners here.</summary>
internal sealed class Pipe<TMessage>(HostEnvironment owner, string name) : IPipe<TMessage>
{
    public string ContextDescription => name;

    public TException Process<TException>(TException ex)
        where TException : Exception => owner.Process(ex);

    public void Send(TMessage msg)
    {
    }

    public void Dispose()
    {
    }
}
