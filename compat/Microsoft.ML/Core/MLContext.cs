using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The starting point: catalogs of components over one seeded environment.</summary>
public sealed class MLContext : IHostEnvironmentInternal
{
    private readonly HostEnvironment env;

    public MLContext(int? seed = null)
    {
        env = new HostEnvironment(seed, Dispatch);
        Transforms = new TransformsCatalog(env);
        Model = new ModelOperationsCatalog(env);
        Data = new DataOperationsCatalog(env);
        MulticlassClassification = new MulticlassClassificationCatalog(env);
    }

    public event EventHandler<LoggingEventArgs> Log;

    public TransformsCatalog Transforms { get; }

    public ModelOperationsCatalog Model { get; }

    public DataOperationsCatalog Data { get; }

    public MulticlassClassificationCatalog MulticlassClassification { get; }

    public ComponentCatalog ComponentCatalog => env.ComponentCatalog;

    public string TempFilePath
    {
        get => env.TempFilePath;
        set => env.TempFilePath = value;
    }

    public bool FallbackToCpu
    {
        get => env.FallbackToCpu;
        set => env.FallbackToCpu = value;
    }

    public int? GpuDeviceId
    {
        get => env.GpuDeviceId;
        set => env.GpuDeviceId = value;
    }

    string IExceptionContext.ContextDescription => env.ContextDescription;

    int? IHostEnvironmentInternal.Seed => env.Seed;

    public bool TryAddOption<T>(string name, T value) => env.TryAddOption(name, value);

    public void SetOption<T>(string name, T value) => env.SetOption(name, value);

    public bool TryGetOption<T>(string name, out T value) => env.TryGetOption(name, out value);

    public T GetOptionOrDefault<T>(string name) => env.GetOptionOrDefault<T>(name);

    public bool RemoveOption(string name) => env.RemoveOption(name);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => env.Register(name, seed, verbose);

    IChannel IChannelProvider.Start(string name) => env.Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => env.StartPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => env.StartProgressChannel(name);

    TException IExceptionContext.Process<TException>(TException ex) => env.Process(ex);

    private void Dispatch(ChannelMessage message, string source) =>
        Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source));
}
