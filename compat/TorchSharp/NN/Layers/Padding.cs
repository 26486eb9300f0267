namespace TorchSharp;

/// <summary>Paddings of a convolution that follow from its kernel.</summary>
public enum Padding
{
    Valid = 0,
    Same = 1,
}
