namespace Microsoft.ML.Runtime;

/// <summary>What a component needs of its surroundings: messages, random numbers, settings.</summary>
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    ComponentCatalog ComponentCatalog { get; }

    IHost Register(string name, int? seed = null, bool? verbose = null);
}
