namespace MLNetGen;

/// <summary>How a picture is optimised.</summary>
public enum PaintingOptimizer
{
    /// <summary>L-BFGS with steps of a fixed length: fewest iterations. Gatys, Ecker and Bethge 2016, section 2.3.</summary>
    Lbfgs,

    /// <summary>Adam: less memory, and goes on where L-BFGS gives up.</summary>
    Adam,
}
